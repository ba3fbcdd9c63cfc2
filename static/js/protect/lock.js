/* When the exam is locked: the last minute is worth less than the exam's threshold and one violation has lasted long; and
   when it opens again: none has been seen for a while. Pure; times in milliseconds. */

/**
 * `look({violated, isBelow, at})` answers `{isLocked, why, opensIn}`: the violation that locked it or that lasts now, and
 * how long it stays locked once calm has come (null: not calm yet). A violation that comes back while the rest is waited
 * for starts the waiting anew.
 */
export function makeLock({ afterMs, releaseMs }) {
  let since = {};
  let why = null;
  let calmSince = null;

  function longest(at) {
    const [first] = Object.entries(since).sort(([, a], [, b]) => a - b);
    return first && at - first[1] > afterMs ? first[0] : null;
  }

  function follow(violated, at) {
    since = Object.fromEntries(violated.map((metric) => [metric, since[metric] ?? at]));
  }

  return {
    look({ violated, isBelow, at }) {
      follow(violated, at);
      if (why === null) why = isBelow ? longest(at) : null;
      else if (violated.length) {
        calmSince = null;
        if (!violated.includes(why)) [why] = violated;
      } else {
        calmSince ??= at;
        if (at - calmSince >= releaseMs) why = null;
      }
      if (why === null) calmSince = null;
      return {
        isLocked: why !== null,
        why,
        opensIn: calmSince === null ? null : Math.max(0, releaseMs - (at - calmSince)),
      };
    },
  };
}
