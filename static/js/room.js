/* The look around the room: which turn comes next, and sending its picture. */

const PATIENCE_MS = 20_000;

/** The first turn without a picture, null when all have one. Pure. */
export function nextTurn(turns, done) {
  return turns.find(({ key }) => !done.includes(key)) ?? null;
}

/** Send a still of a turn; the turns that have a picture then, null where it did not arrive. */
export async function sendTurn(url, csrf, turn, photo, world = globalThis) {
  try {
    const answer = await world.fetch(`${url}${turn}`, {
      method: "POST",
      headers: { "X-CSRFToken": csrf, "Content-Type": "image/jpeg", Accept: "application/json" },
      body: photo,
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.ok ? (await answer.json()).room : null;
  } catch {
    return null;
  }
}
