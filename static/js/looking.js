/* Asking the server until something is known: what was seen on a photo, or whether a person let somebody go on. */

const PATIENCE_MS = 8000;

/** The JSON of an address; null where nothing came. */
export async function ask(url, world = globalThis) {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await world.fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** What a held page has to do with an answer: "wait", "away", "on" (nothing holds any more) or "news". Pure. */
export function heldNext(answer, { status, place }) {
  if (!answer) return "away";
  if (answer.status === status && answer.held === place) return "wait";
  return answer.held ? "news" : "on";
}

/** Ask every `ms` until `isDone(answer)`; resolves with that answer, or null after `tries`. */
export async function until(isDone, url, { ms = 1000, tries = 30, world = globalThis } = {}) {
  for (let n = 0; n < tries; n += 1) {
    await new Promise((resolve) => world.setTimeout(resolve, ms));
    const answer = await ask(url, world);
    if (answer && isDone(answer)) return answer;
  }
  return null;
}
