/* What the faces in a picture mean for the metrics c2 and c3. Pure. */

import { FINE, UNKNOWN, VIOLATED } from "../monitoring/tracker.js";

/** Degrees to the side, and up or down, from which a face counts as turned away. */
export const TURNED = { yaw: 30, pitch: 25 };
/** A look aside is human: only one that lasts so long counts. Two faces may be a picture on the wall for a moment. */
const LASTS_MS = { c2: 3000, c3: 1000 };

/** States of one picture. `faces` are `{yaw, pitch}` in degrees, null when the picture could not be analysed. */
export function statesOf(faces, turned = TURNED) {
  if (faces === null) return { c2: UNKNOWN, c3: UNKNOWN };
  const away = ({ yaw, pitch }) => Math.abs(yaw) > turned.yaw || Math.abs(pitch) > turned.pitch;
  return {
    c2: faces.length === 0 || faces.every(away) ? VIOLATED : FINE,
    c3: faces.length > 1 ? VIOLATED : FINE,
  };
}

/** States that become violated only after they have lasted; every other change counts at once. */
export function makeSteady(lasts = LASTS_MS) {
  const since = {};
  return (states, at) =>
    Object.fromEntries(
      Object.entries(states).map(([metric, state]) => {
        if (state !== VIOLATED) {
          delete since[metric];
          return [metric, state];
        }
        since[metric] ??= at;
        return [metric, at - since[metric] >= (lasts[metric] ?? 0) ? VIOLATED : FINE];
      }),
    );
}

const EVERY_MS = 500;
const SELDOM_MS = 3000;
const SHARE = 0.15;

/**
 * How long to wait from one picture to the next, so that pictures that take `ms` use a small part of one core; on a
 * slow or busy computer still often enough to see what lasts.
 */
export function pace(ms) {
  return Math.min(SELDOM_MS, Math.max(EVERY_MS, Math.round(ms / SHARE)));
}
