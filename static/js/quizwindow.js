/* A quiz of another system in a window of its own, and what the exam window can tell of it. No DOM.

   The quiz gets no way back to our window (no opener), but we keep a hold of its window, to see that it was closed. A
   quiz that shuts itself off from whoever opened it (Cross-Origin-Opener-Policy) looks closed from here while it is
   open, and after a reload there is no hold any more: then the state is "maybe", and nothing is concluded from it. */

/** A window that looks closed so soon has shut itself off: nobody closes it before it is there. */
export const SOON_MS = 5000;
const FEATURES = "popup,width=1280,height=900";

/** `storage` and `now()` (milliseconds) for tests; `key` is that of the attempt. */
export function makeQuizWindow({ url, key, world = window, storage = world.sessionStorage, now = () => Date.now() }) {
  let handle = null;
  let openedAt = 0;
  let state = storage.getItem(key) ? "maybe" : "never";

  function open() {
    // Empty first, so that the quiz never has an opener; each time another name, as an old window may hold answers.
    const count = Number(storage.getItem(key)) + 1;
    const opened = world.open("", `${key}-${count}`, FEATURES);
    if (!opened) return "blocked";
    opened.opener = null;
    opened.location.href = url;
    handle = opened;
    openedAt = now();
    storage.setItem(key, String(count));
    return "open";
  }

  return {
    /** never, open, maybe, closed, blocked */
    state: () => state,
    /** Open the quiz, or bring it to the front; needs a press. */
    press() {
      if (state === "open" && !handle.closed) handle.focus();
      else state = open();
      return state;
    },
    /** Look whether it is still there. */
    look() {
      if (state === "open" && handle.closed) {
        state = now() - openedAt < SOON_MS ? "maybe" : "closed";
        handle = null;
      }
      return state;
    },
    /** The learner says that the window is still open although it looks closed. */
    insist() {
      if (state === "closed") state = "maybe";
      return state;
    },
    /** Whether another window may rightly be in front, so that ours can't tell what the learner looks at. */
    mayBeInFront: () => ["open", "maybe"].includes(state),
  };
}

/** Metrics of our own window that mean nothing while the quiz is in front of it. */
const OF_OUR_WINDOW = new Set(["b2", "b3"]);

export function makeDoubt(quiz) {
  return (metric) => OF_OUR_WINDOW.has(metric) && quiz.mayBeInFront();
}
