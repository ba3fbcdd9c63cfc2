/* What the exam asks of its window beside watching: protections of what it shows, the lock, the calculator. */

import { setText } from "../dom.js";
import { makeCalculator } from "./calculator.js";
import { makeLockScreen } from "./lockscreen.js";
import { protectWith } from "../protect/table.js";

const TOLD_MS = 8000;
const by = (id) => document.getElementById(id);

/**
 * `data` is the page's, with `data.protect` from the server: `{protections, lock, calculator, texts}`. Answers `{use}`,
 * which lets other protections act from now on.
 */
export function protect({ data, strips, warnings, clock }) {
  const { calculator, texts } = data.protect;
  const over = makeCover(texts.covers);
  let unprotect = () => {};
  let locking = null;
  function use({ protections, lock }) {
    unprotect();
    locking?.stop();
    unprotect = protectWith(protections, window, (name) => ({
      ...over,
      told: () => tell(strips, texts.stopped[name]),
    }));
    const { metrics, threshold } = data;
    locking = lock && makeLockScreen({ lock, metrics, threshold, warnings, clock, texts: texts.lock });
  }
  use(data.protect);
  if (calculator) makeCalculator({ panel: by("calculator"), opener: by("open-calculator"), texts: texts.calculator });
  return { use };
}

/** One cover for all reasons, beside the exam and not in place of it: what it covers keeps its focus and its state. */
function makeCover(words) {
  const reasons = new Set();
  function show() {
    const [why] = reasons;
    by("cover").hidden = !why;
    setText(by("cover-what"), why ? words[why].what : "");
    setText(by("cover-todo"), why ? words[why].todo : "");
  }
  const change = (act) => (why) => {
    const before = reasons.size;
    reasons[act](why);
    if (reasons.size !== before) show();
  };
  return { cover: change("add"), uncover: change("delete") };
}

let shut = 0;

function tell(strips, words) {
  if (!words) return;
  strips.say("protected", { tone: "on", icon: "lock", what: words.what, todo: words.todo });
  clearTimeout(shut);
  shut = setTimeout(() => strips.unsay("protected"), TOLD_MS);
}
