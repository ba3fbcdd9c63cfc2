/* Looks at a camera picture now and then: is it there, is it dark, which faces does it show. */

import { luminance } from "../brightness.js";
import { FINE, UNKNOWN, VIOLATED } from "../monitoring/tracker.js";
import { fit } from "../picture.js";
import { makeSteady, pace, statesOf } from "./faces.js";

const BLACK = 8;
const PATIENCE_MS = 20_000;
const SMALL = { width: 16, height: 12 };
/** Longest side of the picture in which faces are looked for; the detector itself looks at 256. Larger ones find the
    same faces, and to prepare them takes a third of the time. */
const SIDE = 320;

/**
 * `tell(metric, state)` hears c1, c2 and c3. `video` plays the camera's stream, `track` answers its video track or null;
 * `makeWorker` makes the worker that finds faces, null where no metric needs it. Answers `{stop, look}`.
 */
export function lookAt({ video, track, tell, makeWorker, now = () => performance.now() }) {
  const steady = makeSteady();
  const covered = makeSteady({ c1: 5000 });
  const dot = Object.assign(document.createElement("canvas"), SMALL);
  const pen = dot.getContext("2d", { willReadFrequently: true });
  let worker = makeWorker ? start() : null;
  let timer = setTimeout(look, 0);
  let asked = null;

  function start() {
    const made = makeWorker();
    made.onmessage = ({ data }) => heard(data);
    made.onerror = () => {
      worker = null;
      heard({ faces: null, ms: 0 });
    };
    return made;
  }

  async function look() {
    clearTimeout(timer);
    const state = stateOfCamera();
    for (const [metric, value] of Object.entries(covered({ c1: state }, now()))) tell(metric, value);
    if (state === VIOLATED || !worker) {
      // A picture that is not there shows no face; what can't be analysed is no suspicion.
      if (makeWorker) show(state === VIOLATED && track() ? [] : null);
      timer = setTimeout(look, pace(0));
      return;
    }
    asked = now();
    timer = setTimeout(() => heard({ faces: null, ms: 0 }), PATIENCE_MS);
    try {
      const { width, height } = fit(video.videoWidth, video.videoHeight, SIDE);
      const picture = await createImageBitmap(video, { resizeWidth: width, resizeHeight: height });
      worker.postMessage(picture, [picture]);
    } catch {
      heard({ faces: null, ms: 0 });
    }
  }

  function heard({ faces, ms }) {
    if (asked === null) return;
    clearTimeout(timer);
    show(faces);
    const spent = now() - asked;
    asked = null;
    timer = setTimeout(look, Math.max(0, pace(ms) - spent));
  }

  function show(faces) {
    for (const [metric, state] of Object.entries(steady(statesOf(faces), now()))) tell(metric, state);
  }

  /** Off, ended, held back by the system, or black: the camera sees nothing. */
  function stateOfCamera() {
    const seen = track();
    if (!seen || seen.readyState !== "live" || !seen.enabled || seen.muted) return VIOLATED;
    if (video.readyState < 2) return UNKNOWN;
    pen.drawImage(video, 0, 0, SMALL.width, SMALL.height);
    return luminance(pen.getImageData(0, 0, SMALL.width, SMALL.height).data) < BLACK ? VIOLATED : FINE;
  }

  return {
    look,
    stop() {
      clearTimeout(timer);
      worker?.terminate();
    },
  };
}
