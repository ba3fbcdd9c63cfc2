/* Developer tools, noticed only when two things come together: keys that open them, and at once after that a page that got
   smaller inside a window and a zoom that stayed as they were. Size alone would accuse a side bar, a docked panel, a
   zoom or a screen keyboard; so would a measured delay a slow computer. In doubt there is nothing. */

import { listen } from "./fields.js";
import { opensTools } from "./hotkeys.js";

const AFTER_KEYS_MS = 3000;
const LOOK_MS = 500;
/** A docked panel takes at least this much, in CSS pixels. */
const LEAST = 160;

const room = (size) => [size.innerWidth, size.innerHeight];
const same = (a, b) => ["outerWidth", "outerHeight", "devicePixelRatio", "full"].every((name) => a[name] === b[name]);

/** What a window says of its size. */
export function sizeOf(world) {
  const { innerWidth, innerHeight, outerWidth, outerHeight, devicePixelRatio, document } = world;
  return { innerWidth, innerHeight, outerWidth, outerHeight, devicePixelRatio, full: Boolean(document.fullscreenElement) };
}

/** Follows sizes over time: `keys(size, at)` when keys for the tools were pressed, `look(size, at)` answers whether they are
    open. Pure. */
export function makeToolsWatch() {
  let before = null;
  let pressed = -Infinity;
  let isOpen = false;

  function shrank(size) {
    const [width, height] = room(size);
    const [wide, high] = room(before);
    const [narrower, lower] = [wide - width, high - height];
    // One side gives way and the other stays: everything else is a window that was changed.
    return (narrower >= LEAST && lower === 0) || (lower >= LEAST && narrower === 0);
  }

  return {
    keys(size, at) {
      if (isOpen) return;
      before = size;
      pressed = at;
    },
    look(size, at) {
      if (!before) return false;
      if (!same(size, before)) {
        before = null;
        isOpen = false;
      } else if (isOpen) isOpen = shrank(size);
      else isOpen = at - pressed <= AFTER_KEYS_MS && shrank(size);
      return isOpen;
    },
  };
}

export function start(world, { cover, uncover }) {
  const watch = makeToolsWatch();
  const now = () => world.performance.now();
  const look = () => (watch.look(sizeOf(world), now()) ? cover("devtools") : uncover("devtools"));
  const stops = [
    listen(world.document, ["keydown"], (event) => opensTools(event) && watch.keys(sizeOf(world), now())),
    listen(world, ["resize"], look),
  ];
  const timer = world.setInterval(look, LOOK_MS);
  return () => {
    world.clearInterval(timer);
    stops.forEach((stop) => stop());
    uncover("devtools");
  };
}
