/* Sharing the screen: the whole one is wanted, not a window or a tab. */

import { close } from "./camera.js";

/** Some browsers do not say what was chosen; then it is taken as it is. Pure. */
export function problemOfSurface(surface) {
  return surface && surface !== "monitor" ? "part" : null;
}

/** `{stream, surface}` or `{problem}`. Must be called from a press of a button. */
export async function shareScreen(world = globalThis) {
  const media = world.navigator?.mediaDevices;
  if (!media?.getDisplayMedia) return { problem: world.isSecureContext ? "unsupported" : "insecure" };
  try {
    const stream = await media.getDisplayMedia({ video: { displaySurface: "monitor" }, audio: false });
    const surface = stream.getVideoTracks()[0].getSettings().displaySurface ?? "";
    const problem = problemOfSurface(surface);
    if (problem) close(stream);
    return problem ? { problem } : { stream, surface };
  } catch (error) {
    return { problem: error.name === "NotAllowedError" ? "refused" : "unknown" };
  }
}
