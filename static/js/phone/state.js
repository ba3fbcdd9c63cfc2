/* What the answers of the server say of a phone. Pure. */

/** For the learner's page, from `/phone`: "connected", "joined" (its camera is off), "waiting", or "away". */
export function stateOf(answer) {
  if (!answer) return "away";
  if (answer.connected) return "connected";
  return answer.joined ? "joined" : "waiting";
}

/** For the phone, from the answer to a sign of life: "on", "over" (load the page anew) or "away". */
export function nextOf({ code, data }) {
  if ([400, 401, 403, 404].includes(code) || data?.place === "over") return "over";
  return code === 200 && data ? "on" : "away";
}

/** The secret of a link, from the part of an address behind the `#`; "" where there is none. */
export function secretOf(hash) {
  const found = /^#([A-Za-z0-9_-]{20,100})$/.exec(hash);
  return found ? found[1] : "";
}
