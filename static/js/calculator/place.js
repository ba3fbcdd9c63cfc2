/* Where a panel stands, as a shift in pixels from where the style sheet puts it. Pure. */

const STEP = 32;
const EDGE = 8;
const STEPS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/** The shift that keeps a box that is now at `box` (left, top, width, height) inside `view` (width, height). */
function kept(place, by, box, view) {
  const inside = (from, length, room) => Math.max(EDGE, Math.min(from, room - length - EDGE));
  return {
    x: place.x + inside(box.left + by[0], box.width, view.width) - box.left,
    y: place.y + inside(box.top + by[1], box.height, view.height) - box.top,
  };
}

/** After an arrow key; any other key only brings it back into view. */
export function moved(place, key, box, view) {
  return kept(place, Object.hasOwn(STEPS, key) ? STEPS[key] : [0, 0], box, view);
}

/** In the next corner of the window, clockwise: a way to move it without dragging. */
export function cornerAfter(place, box, view) {
  const isRight = box.left + box.width / 2 > view.width / 2;
  const isLow = box.top + box.height / 2 > view.height / 2;
  const far = view.width + view.height;
  const by = isRight === isLow ? [isRight ? -far : far, 0] : [0, isRight ? far : -far];
  return kept(place, by, box, view);
}
