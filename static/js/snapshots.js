/* Pictures of the camera during an exam that watches faces: when they are due, taking one, and sending it. */

import { fit } from "./picture.js";

export const WIDTH = 640;
export const HEIGHT = 480;
export const BYTES_MAX = 200_000;
const QUALITY = 0.7;
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 120_000;

/** Milliseconds from one picture to the next after so many failures in a row; each doubles the pause. Pure. */
export function pause(everyMs, failures) {
  return Math.min(everyMs * 2 ** failures, Math.max(everyMs, LONGEST_PAUSE_MS));
}

/** What an answer means: "kept", "stop" (the exam does not take any: it ended, or nobody agreed) or "failed". Pure. */
export function meaning(code) {
  if (code === 200) return "kept";
  return [400, 401, 403, 404].includes(code) ? "stop" : "failed";
}

/** The frame that the video shows, as a JPEG of at most 640 by 480; null while it shows nothing. */
export async function grab(video, canvas) {
  if (!video.videoWidth || video.paused || video.ended) return null;
  const scale = Math.min(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
  const longest = Math.max(video.videoWidth, video.videoHeight) * scale;
  const { width, height } = fit(video.videoWidth, video.videoHeight, longest);
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(video, 0, 0, width, height);
  const photo = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return photo && photo.size <= BYTES_MAX ? photo : null;
}

/** Send a picture; the code of the answer, 0 where nothing came. `takenMs`: milliseconds of the server's clock. */
export async function send(url, csrf, photo, takenMs, world = globalThis) {
  try {
    const answer = await world.fetch(`${url}?taken_ms=${Math.round(takenMs)}`, {
      method: "POST",
      headers: { "X-CSRFToken": csrf, "Content-Type": "image/jpeg" },
      body: photo,
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.status;
  } catch {
    return 0;
  }
}

/** Take and send a picture every `everyMs` until `{stop}` or until the server wants no more. `clock()`: the server's
    milliseconds. A picture that could not be sent is dropped: the next one is newer. */
export function startSnapshots({ video, canvas, url, csrf, everyMs, clock, world = globalThis }) {
  let failures = 0;
  let timer = null;
  let isOver = false;
  const again = () => {
    if (!isOver) timer = world.setTimeout(once, pause(everyMs, failures));
  };
  const once = async () => {
    const takenMs = clock();
    const photo = await grab(video, canvas);
    if (photo && !isOver) {
      const said = meaning(await send(url, csrf, photo, takenMs, world));
      if (said === "stop") return stop();
      failures = said === "kept" ? 0 : failures + 1;
    }
    return again();
  };
  const stop = () => {
    isOver = true;
    world.clearTimeout(timer);
  };
  timer = world.setTimeout(once, 0);
  return { stop };
}
