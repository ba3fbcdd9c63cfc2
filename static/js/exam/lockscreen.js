/* The dialog over a locked exam. It closes the questions alone: bar and messages above stay in reach, with the time left,
   help, what mends a violation, and Finish. */

import { setText } from "../dom.js";
import { format } from "../format.js";
import { makeLock } from "../protect/lock.js";

const LOOK_MS = 500;
const by = (id) => document.getElementById(id);

/** What is in the page's main part can't be reached; the part itself stays a landmark. */
function shutIn(isShut) {
  for (const child of by("main").children) child.inert = isShut;
}

/**
 * `lock` is `{after, release}` in seconds; `texts.why` has words for each metric that a learner can mend. Answers `{stop}`,
 * which also opens what is locked.
 */
export function makeLockScreen({ lock, metrics, threshold, warnings, clock, texts }) {
  const machine = makeLock({ afterMs: lock.after * 1000, releaseMs: lock.release * 1000 });
  const mendable = metrics.filter((metric) => metric in texts.why);
  let isShown = false;
  let focused = null;

  function look() {
    const at = clock.now();
    const violated = mendable.filter((metric) => warnings.isViolated(metric));
    const state = machine.look({ violated, isBelow: warnings.score(at) < threshold, at });
    if (state.isLocked) say(state);
    if (state.isLocked !== isShown) (state.isLocked ? open : close)();
  }

  function say({ why, opensIn }) {
    setText(by("lock-what"), texts.why[why].what);
    setText(by("lock-todo"), texts.why[why].todo);
    const waits = opensIn === null;
    // Spoken once; the seconds beside it count silently.
    setText(by("lock-state"), format(waits ? texts.until : texts.soon, { seconds: lock.release }));
    by("lock-seconds").hidden = waits;
    setText(by("lock-seconds"), waits ? "" : format(texts.seconds, { seconds: Math.ceil(opensIn / 1000) }));
  }

  function open() {
    isShown = true;
    focused = document.activeElement;
    by("locked").hidden = false;
    shutIn(true);
    // The question whether to hand in stands above everything and keeps the focus.
    if (!document.querySelector("dialog[open]")) by("locked").focus();
  }

  function close() {
    isShown = false;
    const had = by("locked").contains(document.activeElement) || document.activeElement === document.body;
    by("locked").hidden = true;
    shutIn(false);
    if (had) (focused?.isConnected && focused !== document.body ? focused : by("main")).focus();
    setText(by("spoken"), texts.opened);
  }

  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      if (isShown) close();
    },
  };
}
