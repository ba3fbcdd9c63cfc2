/* Messages to the worker of an outside provider: start, end and ping, each with a worker of its own and a time-out.

   The names are those of the edX message interface (docs/provider-messages.md). */

export const MESSAGES = {
  start: { type: "startExamAttempt", done: "examAttemptStarted", failed: "examAttemptStartFailed" },
  end: { type: "endExamAttempt", done: "examAttemptEnded", failed: "examAttemptEndFailed" },
  ping: { type: "ping", done: "echo", failed: "pingFailed" },
};
/** A little less than the page waits, so that the worker may say itself that it took too long. */
const MARGIN_MS = 10_000;
const ERROR_MAX = 500;

/** The time that a worker is told, for a page that waits so long. Pure. */
export function toldTimeout(waitMs) {
  return waitMs > 2 * MARGIN_MS ? waitMs - MARGIN_MS : Math.max(1000, Math.floor(waitMs / 2));
}

/** Send one message: `{ok: true}`, or `{ok: false, problem, error}` with the problem silent, failed, crashed or blocked. */
export async function tellWorker(name, { url, attemptId, waitMs }, world = globalThis) {
  const message = MESSAGES[name];
  const source = new world.Blob([`importScripts(${JSON.stringify(url)});`], { type: "text/javascript" });
  const address = world.URL.createObjectURL(source);
  let worker = null;
  let timer = 0;
  try {
    worker = new world.Worker(address);
    return await new Promise((resolve) => {
      timer = world.setTimeout(() => resolve(no("silent")), waitMs);
      worker.onerror = (event) => {
        event.preventDefault?.();
        resolve(no("crashed", event.message));
      };
      worker.onmessage = ({ data }) => {
        if (data?.type === message.done) resolve({ ok: true });
        if (data?.type === message.failed) resolve(no("failed", textOf(data.error)));
      };
      worker.postMessage({ type: message.type, timeout: toldTimeout(waitMs), attemptExternalId: attemptId });
    });
  } catch (error) {
    return no("blocked", textOf(error));
  } finally {
    world.clearTimeout(timer);
    worker?.terminate();
    world.URL.revokeObjectURL(address);
  }
}

function no(problem, error = "") {
  return { ok: false, problem, error: String(error ?? "").slice(0, ERROR_MAX) };
}

function textOf(error) {
  return typeof error === "object" && error !== null ? (error.message ?? "") : (error ?? "");
}

/** Ping at half of the first interval and then every interval, whatever number of seconds it is; the first failure ends it. */
export function keepPinging({ url, attemptId, seconds, failed }, world = globalThis) {
  const waitMs = seconds * 1000;
  let timer = world.setTimeout(ping, waitMs / 2);
  let isOver = false;

  async function ping() {
    const began = world.performance.now();
    const answer = await tellWorker("ping", { url, attemptId, waitMs }, world);
    if (isOver) return;
    if (!answer.ok) {
      isOver = true;
      failed(answer);
      return;
    }
    timer = world.setTimeout(ping, Math.max(0, waitMs - (world.performance.now() - began)));
  }

  return () => {
    isOver = true;
    world.clearTimeout(timer);
  };
}
