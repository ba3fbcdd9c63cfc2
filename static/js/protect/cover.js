/* The exam is covered while another window or tab is in front, and shown again by itself. Focus inside the exam's own
   frame counts as here. A frame that loses the focus to another program tells us nothing, so we also look. */

import { listen } from "./fields.js";

const LOOK_MS = 250;

export const isAway = (document) => document.visibilityState === "hidden" || !document.hasFocus();

export function start(world, { cover, uncover }) {
  const { document } = world;
  const look = () => (isAway(document) ? cover("cover") : uncover("cover"));
  const stops = [listen(world, ["blur", "focus"], look), listen(document, ["visibilitychange"], look)];
  const timer = world.setInterval(look, LOOK_MS);
  look();
  return () => {
    world.clearInterval(timer);
    stops.forEach((stop) => stop());
    uncover("cover");
  };
}
