/* The clock of the exam: tones, spoken moments, and time that does not follow a changed system clock. Pure. */

const MINUTE = 60;

/** plenty: "", 10 minutes: "wait", last minute: "bad". */
export function toneOf(seconds) {
  if (seconds <= MINUTE) return "bad";
  return seconds <= 10 * MINUTE ? "wait" : "";
}

/** The moments that are told, largest first; the half only where it is not near another one. */
export function moments(total) {
  const fixed = [["ten", 10 * MINUTE], ["five", 5 * MINUTE], ["one", MINUTE]].filter(([, at]) => at < total);
  const half = Math.floor(total / 2);
  return half > 12 * MINUTE ? [["half", half], ...fixed] : fixed;
}

/** The moment passed between two readings, or null. After a long sleep only the latest counts. */
export function passed(list, before, after) {
  return list.filter(([, at]) => before > at && after <= at).at(-1)?.[0] ?? null;
}

/** Seconds left, counted from the last word of the server by a clock that only runs forward. */
export function makeCountdown(secondsLeft, now) {
  let left = secondsLeft;
  let since = now();
  return {
    left: () => (left === null ? null : Math.max(0, Math.ceil(left - (now() - since) / 1000))),
    correct(seconds) {
      left = seconds;
      since = now();
    },
  };
}
