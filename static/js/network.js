/* How fast the connection is. */

export const DOWN_BYTES = 300_000;
export const UP_BYTES = 150_000;
const ENOUGH_UP = 0.3;
const PATIENCE_MS = 20_000;

/** Megabits a second. Pure. */
export function mbits(bytes, ms) {
  return (bytes * 8) / 1000 / Math.max(1, ms);
}

/** Null where it is enough. Pure. */
export function problemOfSpeed({ up }) {
  return up >= ENOUGH_UP ? null : "slow";
}

/** `{up, down, delay}` in Mbit/s and ms, or `{problem}`. The way there and back counts as transfer: rather too little than too much. */
export async function measure({ smallUrl, downUrl, upUrl, csrf }, world = globalThis) {
  const timed = async (url, options) => {
    const began = world.performance.now();
    const answer = await world.fetch(url, { ...options, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    await answer.arrayBuffer();
    return world.performance.now() - began;
  };
  try {
    await timed(smallUrl); // the first request also pays for the connection
    const delay = Math.round(await timed(smallUrl));
    const down = mbits(DOWN_BYTES, await timed(downUrl));
    const headers = { "X-CSRFToken": csrf, "Content-Type": "application/octet-stream" };
    const up = mbits(UP_BYTES, await timed(upUrl, { method: "POST", headers, body: new Uint8Array(UP_BYTES) }));
    return { up, down, delay };
  } catch {
    return { problem: "away" };
  }
}
