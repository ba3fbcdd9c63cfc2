/* When to say something to the learner: while a metric is violated and the last minute has fallen below the threshold
   of the exam. Kindly, and not again and again. Pure. */

import { FINE, VIOLATED } from "./tracker.js";

const MINUTE_MS = 60_000;
const AGAIN_MS = 60_000;

/** Follows the states of the last minute. `weights` by metric, `threshold` 0–100. */
export function makeWarnings({ weights: first, threshold }) {
  let weights = first;
  const pieces = [];
  const open = {};
  const said = {};

  function share(metric, at) {
    let told = 0;
    let violated = 0;
    const running = open[metric] ? [{ metric, ...open[metric], to: at }] : [];
    for (const piece of [...pieces, ...running]) {
      if (piece.metric !== metric) continue;
      const length = Math.max(0, piece.to - Math.max(piece.from, at - MINUTE_MS));
      if (piece.state === FINE || piece.state === VIOLATED) told += length;
      if (piece.state === VIOLATED) violated += length;
    }
    return told ? violated / MINUTE_MS : 0;
  }

  const costs = (at) =>
    Object.entries(weights).map(([metric, weight]) => [metric, Math.min(100, weight * 100 * share(metric, at))]);

  return {
    /** Other metrics count from now on. */
    use(next) {
      weights = next;
      for (const metric of Object.keys(open).filter((known) => !(known in weights))) delete open[metric];
    },
    set(metric, state, at) {
      if (!(metric in weights)) return;
      if (open[metric]) pieces.push({ metric, ...open[metric], to: at });
      open[metric] = { state, from: at };
      while (pieces.length && pieces[0].to < at - MINUTE_MS) pieces.shift();
    },
    /** What the last minute was worth, 0–100. */
    score: (at) => Math.max(0, 100 - costs(at).reduce((sum, [, cost]) => sum + cost, 0)),
    /** The metric to speak of now, or null: the one that costs most, of those that are violated at this moment. */
    due(at) {
      if (this.score(at) >= threshold) return null;
      const now = costs(at).filter(([metric]) => open[metric]?.state === VIOLATED);
      const [worst] = now.sort(([, a], [, b]) => b - a)[0] ?? [];
      if (!worst || at - (said[worst] ?? -Infinity) < AGAIN_MS) return null;
      said[worst] = at;
      return worst;
    },
    isViolated: (metric) => open[metric]?.state === VIOLATED,
  };
}
