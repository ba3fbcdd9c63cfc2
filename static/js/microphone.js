/* How loud it is: a level from 0 to 100, and whether somebody was heard. Pure but for `listen`. */

export const QUIET = 25;
const HEARD_MS = 300;
const PATIENCE_MS = 3000;

/** 0 at -60 dB, 25 at -47.5 dB, 100 at -10 dB. Speech at a desk is between -45 and -25 dB. */
export function levelOf(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibel = 10 * Math.log10(sum / Math.max(1, samples.length));
  return Math.round(Math.min(100, Math.max(0, (decibel + 60) * 2))) || 0;
}

export const SILENT = { heardMs: 0, quietMs: 0, state: "listening" };

/** The next state after `ms` at this level: listening, quiet (a remedy helps now), heard (for good). */
export function hear(before, level, ms) {
  if (before.state === "heard") return before;
  const loud = level >= QUIET;
  const heardMs = before.heardMs + (loud ? ms : 0);
  const quietMs = loud ? 0 : before.quietMs + ms;
  if (heardMs >= HEARD_MS) return { heardMs, quietMs, state: "heard" };
  return { heardMs, quietMs, state: quietMs >= PATIENCE_MS ? "quiet" : before.state };
}

/** Calls `report(level, state)` every `everyMs`; answers a function that ends it. */
export function listen(stream, report, everyMs = 100, world = globalThis) {
  const context = new world.AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(stream).connect(analyser);
  context.resume?.();
  const samples = new Float32Array(analyser.fftSize);
  let now = SILENT;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const level = levelOf(samples);
    now = hear(now, level, everyMs);
    report(level, now.state);
  }, everyMs);
  return () => {
    clearInterval(timer);
    context.close();
  };
}
