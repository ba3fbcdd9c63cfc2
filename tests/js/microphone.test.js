import assert from "node:assert/strict";
import { test } from "node:test";
import { SILENT, hear, levelOf } from "../../static/js/microphone.js";

const tone = (decibel) => Float32Array.from({ length: 2048 }, (_, i) => Math.SQRT2 * 10 ** (decibel / 20) * Math.sin(i / 5));

for (const [decibel, wanted] of [[-80, 0], [-60, 0], [-47.5, 25], [-35, 50], [-25, 70], [-10, 100], [0, 100]]) {
  test(`${decibel} dB is level ${wanted}`, () => assert.ok(Math.abs(levelOf(tone(decibel)) - wanted) <= 1));
}

test("silence and nothing at all are level 0", () => {
  assert.equal(levelOf(new Float32Array(64)), 0);
  assert.equal(levelOf([]), 0);
});

const after = (levels, ms = 100) => levels.reduce((state, level) => hear(state, level, ms), SILENT).state;
const times = (n, level) => Array.from({ length: n }, () => level);

for (const [what, levels, wanted] of [
  ["a moment of quiet", times(29, 5), "listening"],
  ["three seconds of quiet", times(30, 5), "quiet"],
  ["two loud moments", times(2, 50), "listening"],
  ["three loud moments", times(3, 50), "heard"],
  ["loud moments with pauses", [50, 5, 5, 50, 5, 50], "heard"],
  ["a word after the remedy", [...times(40, 5), ...times(3, 40)], "heard"],
  ["quiet once it was heard", [...times(3, 50), ...times(60, 0)], "heard"],
  ["one knock after the remedy", [...times(40, 5), 40], "quiet"],
]) {
  test(`${what}: ${wanted}`, () => assert.equal(after(levels), wanted));
}
