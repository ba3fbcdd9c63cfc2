/* A photo from a live picture: sizes are pure, the rest draws on a canvas it is given. */

export const LONGEST = 1280;
const QUALITY = 0.9;

/** The size with the longest side at most `longest`; nothing is enlarged. */
export function fit(width, height, longest = LONGEST) {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The middle of a picture, where a face or a card is: `[x, y, width, height]` of the source. */
export function middle(width, height, share = 0.6) {
  return [width * (1 - share) / 2, height * (1 - share) / 2, width * share, height * share];
}

/** The frame that the video shows now, as a JPEG. */
export function take(video, canvas) {
  const { width, height } = fit(video.videoWidth, video.videoHeight);
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(video, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** The pixels of the middle, small enough to be looked at twice a second. */
export function sample(video, canvas) {
  Object.assign(canvas, { width: 48, height: 36 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, ...middle(video.videoWidth, video.videoHeight), 0, 0, 48, 36);
  return context.getImageData(0, 0, 48, 36).data;
}

/** Wait until a camera that was just switched on shows something: whoever presses at once is not left without a photo. */
export async function firstFrame(video, ms = 4000) {
  if (video.videoWidth) return;
  await new Promise((resolve) => {
    video.addEventListener("loadeddata", resolve, { once: true });
    setTimeout(resolve, ms);
  });
}
