/* What the window itself can notice, each as a function that tells the state of now: 0 fine, 1 violated, 2 can't tell.
   They are asked twice a second and at the events that change them. */

import { FINE, UNKNOWN, VIOLATED } from "./tracker.js";

const told = (violated) => (violated ? VIOLATED : FINE);

/** By metric: `now(window)` and the events after which to ask at once. */
export const DETECTORS = {
  /** The exam is not in front. Focus inside the exam's own frame counts as here. */
  b2: {
    now: ({ document }) => told(document.visibilityState === "hidden" || !document.hasFocus()),
    events: [["window", "blur"], ["window", "focus"], ["document", "visibilitychange"]],
  },
  b3: {
    now: ({ document }) => (document.fullscreenEnabled ? told(!document.fullscreenElement) : UNKNOWN),
    events: [["document", "fullscreenchange"]],
  },
  /** Some browsers do not say whether there is a second display. */
  s2: {
    now: ({ screen }) => (typeof screen.isExtended === "boolean" ? told(screen.isExtended) : UNKNOWN),
    events: [["screen", "change"]],
  },
};
