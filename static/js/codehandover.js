/* Gives the access code to the framed page that asks for it: from that frame, from that origin, and to nobody else. */

export const ASK = "lti-proctor.code-please";
export const GIVE = "lti-proctor.code";

/** `frame()` is the frame's window, `ask()` fetches the code (null when there is none to give). */
export function answerWithCode({ frame, origin, ask, world = window }) {
  let asked = null;
  world.addEventListener("message", async (event) => {
    if (event.source !== frame() || event.origin !== origin || event.data?.type !== ASK) return;
    asked ??= ask();
    const code = await asked;
    if (code === null) asked = null;
    else event.source.postMessage({ type: GIVE, code }, origin);
  });
}

/** The access code from the server; null when it can't be had. */
export async function fetchCode(url, csrf, world = globalThis) {
  try {
    const signal = AbortSignal.timeout(10_000);
    const answer = await world.fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf }, signal });
    return answer.ok ? (await answer.json()).code : null;
  } catch {
    return null;
  }
}
