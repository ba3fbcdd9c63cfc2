/* The exam window's sign of life, and what it tells of the connection. */

const SLOW_MS = 3000;
const PATIENCE_MS = 10_000;
const AWAY_AFTER = 2;

export const START = { state: "connected", failures: 0, since: null, back: false };

/** The connection after one pulse, `{ok, ms, at}`: connected, slow, away (since a moment). `back` is true once. Pure. */
export function afterPulse(before, { ok, ms = 0, at }) {
  if (ok) {
    return { state: ms >= SLOW_MS ? "slow" : "connected", failures: 0, since: null, back: before.state === "away" };
  }
  const failures = before.failures + 1;
  const away = before.state === "away" || failures >= AWAY_AFTER;
  return { state: away ? "away" : "slow", failures, since: before.since ?? at, back: false };
}

/** What the window must do with an answer: "reload", "go on", or "failed". 400 is a form token that is no longer good. Pure. */
export function decide(answer, status) {
  if ([400, 401, 403, 404].includes(answer.code)) return "reload";
  if (answer.code !== 200 || !answer.data) return "failed";
  return answer.data.status === status ? "go on" : "reload";
}

/** `{code, data}`; code 0 where nothing came. `batch` is what was noticed and waits to be acknowledged. */
export async function sendPulse(url, csrf, batch = null, world = globalThis) {
  try {
    const headers = { "X-CSRFToken": csrf, ...(batch ? { "Content-Type": "application/json" } : {}) };
    const body = batch ? JSON.stringify(batch) : null;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await world.fetch(url, { method: "POST", headers, body, cache: "no-store", signal });
    return { code: answer.status, data: answer.ok ? await answer.json() : null };
  } catch {
    return { code: 0, data: null };
  }
}

/** One pulse after the other, never two at once; answers `{now}` for one that cannot wait. */
export function beat(everyMs, pulse) {
  let timer = null;
  let busy = false;
  const go = async () => {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    try {
      await pulse();
    } finally {
      busy = false;
      timer = setTimeout(go, everyMs);
    }
  };
  timer = setTimeout(go, everyMs);
  return { now: go };
}
