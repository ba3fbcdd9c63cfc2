/* One metric over time as spans `[metric, state, from, to]`: closed at each change, and now and then in between. Pure. */

export const FINE = 0;
export const VIOLATED = 1;
export const UNKNOWN = 2;
const LONGEST_MS = 30_000;

/** `emit` gets each closed span. `at` are milliseconds on the server's clock; a clock that goes back gives no span. */
export function makeTracker(metric, emit, longest = LONGEST_MS) {
  let state = null;
  let since = 0;
  function close(at) {
    for (; state !== null && at - since > longest; since += longest) emit([metric, state, since, since + longest]);
    if (state !== null && at > since) emit([metric, state, since, at]);
    since = at;
  }
  return {
    metric,
    set(next, at) {
      if (next === state) return;
      close(at);
      state = next;
      since = at;
    },
    /** Closes what is open, so that it can be sent, and goes on in the same state. */
    flush: close,
    stop(at) {
      close(at);
      state = null;
    },
  };
}
