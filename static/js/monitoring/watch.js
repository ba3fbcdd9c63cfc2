/* Watches the metrics of an exam: asks the detectors, keeps spans in the queue, and gives them to the pulse. */

import { DETECTORS } from "./detectors.js";
import { FINE, UNKNOWN, VIOLATED, makeTracker } from "./tracker.js";

const ASK_MS = 500;

/** Milliseconds on the server's clock, by the page's own steady one; `measure` mends the difference. */
export function makeClock(serverNow, steady) {
  let offset = serverNow - steady();
  return {
    now: () => Math.round(steady() + offset),
    /** The server said its time in an answer that took from `sent` to `received` on the steady clock. */
    measure(serverTime, sent, received) {
      // A slow answer tells little: only one that is quick enough may move the clock.
      if (received - sent < 2000) offset = serverTime - (sent + received) / 2;
    },
  };
}

/** Begin to watch `metrics`; `use` changes which. `here` is the window; `noticed` hears of each state that changes.
    `doubts(metric)` tells when a violation can't be told from what is allowed. */
export function watch({ metrics, queue, clock, here = window, noticed = () => {}, doubts = () => false }) {
  const closed = [];
  const trackers = {};
  const states = {};
  function use(names) {
    for (const name of Object.keys(trackers).filter((known) => !names.includes(known))) {
      trackers[name].stop(clock.now());
      delete trackers[name];
      delete states[name];
    }
    for (const name of names) trackers[name] ??= makeTracker(name, (span) => closed.push(span));
    lookAtAll();
  }
  function set(name, state) {
    if (!trackers[name] || states[name] === state) return;
    states[name] = state;
    trackers[name].set(state, clock.now());
    noticed(name, state);
  }
  function look(name) {
    if (!trackers[name]) return;
    const state = safely(DETECTORS[name], here);
    set(name, state === VIOLATED && doubts(name) ? UNKNOWN : state);
  }
  for (const [name, { events }] of Object.entries(DETECTORS)) {
    for (const [target, event] of events) {
      (target === "window" ? here : here[target])?.addEventListener?.(event, () => look(name));
    }
  }
  const lookAtAll = () => Object.keys(DETECTORS).forEach(look);
  use(metrics);
  const timer = setInterval(lookAtAll, ASK_MS);
  const keep = async () => queue.add(closed.splice(0));
  return {
    set,
    use,
    /** What is to be sent now; null when nothing waits. */
    async batch() {
      for (const tracker of Object.values(trackers)) tracker.flush(clock.now());
      await keep();
      return queue.batch();
    },
    async acknowledge(batch, seq) {
      if (typeof seq !== "number") return;
      if (batch && seq < batch.first - 1) await queue.renew();
      else await queue.acknowledge(seq);
    },
    async stop() {
      clearInterval(timer);
      for (const tracker of Object.values(trackers)) tracker.stop(clock.now());
      await keep();
    },
  };
}

function safely(detector, here) {
  try {
    return detector.now(here);
  } catch {
    return UNKNOWN;
  }
}

export { FINE, UNKNOWN, VIOLATED };
