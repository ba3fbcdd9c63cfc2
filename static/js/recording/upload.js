/* Sends the chunks that wait, one after the other; each goes from the disk only when the server has kept it. */

const RETRY_MS = [1000, 2000, 4000, 8000];
const PATIENCE_MS = 30_000;
/** Answers after which a chunk will never be kept: it is not waited for any more. */
const NEVER = new Set([404, 409, 410, 413, 422]);

/** What to do with an answer `{code, have}` for a chunk of number `seq`: "done", "again" or "drop". Pure. */
export function decide({ code, have }, seq) {
  if (code === 200 || code === 208) return "done";
  if (code === 409 && typeof have === "number") return have >= seq ? "done" : "drop";
  return NEVER.has(code) ? "drop" : "again";
}

/**
 * `queue` as in chunks.js; `send(row)` answers `{code, have, head}`, code 0 where nothing came. `tell({waiting, oldest,
 * dropped})` hears of each change: how many wait and since when (milliseconds) the oldest does, null for none.
 */
export function makeUpload({ queue, send, tell = () => {}, now = Date.now, wait = pause }) {
  let running = null;
  let failures = 0;
  let isStopped = false;
  let dropped = 0;
  let wake = () => {};

  async function run() {
    for (let next = await queue.first(); next && !isStopped; next = await queue.first()) {
      const { key, row } = next;
      await report(row);
      const verdict = decide(await send(row), row.seq);
      if (verdict === "again") {
        const ms = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
        failures += 1;
        await Promise.race([wait(ms), new Promise((resolve) => (wake = resolve))]);
        continue;
      }
      failures = 0;
      if (verdict === "drop" && row.blob) dropped += 1;
      await queue.remove(key);
    }
    await report(null);
  }

  async function report(row) {
    const waiting = await queue.count();
    tell({ waiting, oldest: row ? (row.at ?? now()) : null, dropped });
  }

  return {
    /** Begin, if it is not under way; the promise is kept when nothing waits any more. */
    go() {
      running ??= run().finally(() => (running = null));
      return running;
    },
    /** The line may be back: do not wait any longer. */
    now() {
      wake();
      return this.go();
    },
    stop() {
      isStopped = true;
      wake();
    },
  };
}

/** The sender for pages: `base` is the address of the attempt's recordings. */
export function sender(base, csrf, world = globalThis) {
  return async (row) => {
    const folder = `${base}/${row.track}/${row.name}`;
    const headers = { "X-CSRFToken": csrf, Accept: "application/json" };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      const answer = row.end
        ? await world.fetch(`${folder}/end`, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify({ chunks: row.end }), signal })
        : await world.fetch(`${folder}/${row.seq}?offset=${row.offset}&begins=${row.begins}`, { method: "PUT", headers, body: row.blob, signal });
      const data = await answer.json().catch(() => ({}));
      return { code: answer.status, have: data.have, head: data.head };
    } catch {
      return { code: 0 };
    }
  };
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
