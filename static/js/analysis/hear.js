/* Listens to a microphone: is it on, is it quiet, does somebody speak. */

import { UNKNOWN, VIOLATED } from "../monitoring/tracker.js";
import { makeHearing } from "./sound.js";

const WORKLET = new URL("./soundworklet.js", import.meta.url);
const PATIENCE_MS = 4000;

/** `tell(metric, state)` hears m1 and m2; `track` answers the audio track or null. Answers `{stop}`. */
export async function hear({ stream, track, tell, world = globalThis }) {
  const hearing = makeHearing();
  // Nothing is to be heard at once: larger pieces of sound wake the computer less often.
  const context = new world.AudioContext({ latencyHint: "playback" });
  let last = performance.now();
  const timer = setInterval(() => {
    if (isOff(track())) return told({ m1: VIOLATED, m2: UNKNOWN });
    // The browser holds sound back until somebody has pressed something in the page.
    if (performance.now() - last > PATIENCE_MS) told({ m1: UNKNOWN, m2: UNKNOWN });
    if (context.state === "suspended") context.resume();
    return undefined;
  }, 1000);
  try {
    await context.audioWorklet.addModule(WORKLET);
    const listener = new world.AudioWorkletNode(context, "listener", { numberOfOutputs: 0 });
    context.createMediaStreamSource(stream).connect(listener);
    listener.port.onmessage = ({ data }) => {
      last = performance.now();
      if (!isOff(track())) told(hearing(data));
    };
    context.resume();
  } catch {
    told({ m1: UNKNOWN, m2: UNKNOWN });
  }

  function told(states) {
    for (const [metric, state] of Object.entries(states)) tell(metric, state);
  }
  return {
    stop() {
      clearInterval(timer);
      if (context.state !== "closed") context.close();
    },
  };
}

function isOff(track) {
  return !track || track.readyState !== "live" || !track.enabled || track.muted;
}
