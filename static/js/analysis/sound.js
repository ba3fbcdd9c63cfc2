/* What a second of sound is like, and what that means for the metrics m1 and m2. Pure; levels in decibels below full
   scale. Only these few numbers leave the audio thread, never the sound. */

import { FINE, UNKNOWN, VIOLATED } from "../monitoring/tracker.js";

const SILENCE_DB = -100;
const VOICED = 0.5;
const PITCH_HZ = { low: 80, high: 400 };

/** Level of a frame of samples (-1 to 1), -100 for nothing at all. */
export function levelOf(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.max(SILENCE_DB, 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12));
}

/** Whether a frame has the regular shape of a voice or a tone: it is like itself, moved by one period. */
export function isVoiced(samples, rate) {
  const step = Math.max(1, Math.floor(rate / 12_000));
  const thin = [];
  for (let i = 0; i < samples.length; i += step) thin.push(samples[i]);
  const energy = thin.reduce((sum, sample) => sum + sample * sample, 0);
  if (energy < 1e-6) return false;
  const [from, to] = [rate / step / PITCH_HZ.high, rate / step / PITCH_HZ.low].map(Math.floor);
  for (let lag = from; lag <= to && lag < thin.length / 2; lag += 1) {
    let product = 0;
    let [left, right] = [0, 0];
    for (let i = 0; i + lag < thin.length; i += 1) {
      product += thin[i] * thin[i + lag];
      left += thin[i] * thin[i];
      right += thin[i + lag] * thin[i + lag];
    }
    if (product / Math.sqrt(left * right + 1e-12) > VOICED) return true;
  }
  return false;
}

/** The features of a second: mean level, how much it goes up and down, the share of frames with a voice or a tone. */
export function featuresOf(frames) {
  const levels = frames.map((frame) => frame.level);
  const mean = levels.reduce((sum, level) => sum + level, 0) / Math.max(1, levels.length);
  const spread = Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / Math.max(1, levels.length));
  return { level: mean, spread, voiced: frames.filter((frame) => frame.voiced).length / Math.max(1, frames.length) };
}

const LIMITS = { quiet: -60, speech: -55, noise: -40, spread: 5, voiced: [0.15, 0.95] };

/** "flat" (a live microphone is never that silent), "quiet", "calm", "speech" or "noise". */
export function kindOf({ level, spread, voiced }) {
  if (level <= SILENCE_DB + 1) return "flat";
  const [some, nearlyAll] = LIMITS.voiced;
  if (level > LIMITS.speech && spread > LIMITS.spread && voiced >= some && voiced <= nearlyAll) return "speech";
  if (level > LIMITS.noise) return "noise";
  return level < LIMITS.quiet ? "quiet" : "calm";
}

const MEANS = {
  flat: { m1: VIOLATED, m2: UNKNOWN },
  quiet: { m1: VIOLATED, m2: FINE },
  calm: { m1: FINE, m2: FINE },
  speech: { m1: FINE, m2: VIOLATED },
  noise: { m1: FINE, m2: VIOLATED },
};
/** Pauses of breath belong to speech, a cough does not make a conversation, and a quiet room is no broken microphone. */
const WINDOW = 5;

/** Takes the features of one second after the other and answers the states of m1 and m2 now. */
export function makeHearing() {
  const kinds = [];
  return (features) => {
    kinds.push(kindOf(features));
    if (kinds.length > WINDOW) kinds.shift();
    const silent = kinds.length === WINDOW && kinds.every((kind) => MEANS[kind].m1 === VIOLATED);
    const loud = kinds.filter((kind) => MEANS[kind].m2 === VIOLATED).length >= 2;
    const now = MEANS[kinds.at(-1)];
    return { m1: silent ? VIOLATED : FINE, m2: loud ? VIOLATED : now.m2 === UNKNOWN ? UNKNOWN : FINE };
  };
}
