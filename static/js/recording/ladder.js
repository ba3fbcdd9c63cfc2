/* How much is recorded on a slow line: the picture gets smaller steps by step, and the exam never ends because of it.
   Pure. */

/** Rungs from good to bad: bits a second of picture and sound; null records nothing until the line is better. */
export const RUNGS = {
  camera: [{ video: 120_000, audio: 24_000 }, { video: 60_000, audio: 16_000 }, null],
  screen: [{ video: 250_000 }, { video: 100_000 }, null],
};
const DOWN_MS = 45_000;
const UP_MS = 5000;
const STAYS_MS = 60_000;

/** The next rung: `late` is for how long the oldest chunk waits, `stood` for how long this rung was used. */
export function nextRung(rung, late, stood) {
  const lowest = RUNGS.camera.length - 1;
  if (late > DOWN_MS && stood > DOWN_MS) return Math.min(rung + 1, lowest);
  return late < UP_MS && stood > STAYS_MS ? Math.max(rung - 1, 0) : rung;
}
