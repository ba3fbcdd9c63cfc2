import assert from "node:assert/strict";
import test from "node:test";

import { makeSteady, pace, statesOf } from "../../static/js/analysis/faces.js";
import { featuresOf, isVoiced, kindOf, levelOf, makeHearing } from "../../static/js/analysis/sound.js";
import { makeWarnings } from "../../static/js/monitoring/warnings.js";

const [FINE, VIOLATED, UNKNOWN] = [0, 1, 2];
const ahead = { yaw: 0, pitch: 0 };

for (const [name, faces, c2, c3] of [
  ["one face, straight", [ahead], FINE, FINE],
  ["no face", [], VIOLATED, FINE],
  ["turned to the side", [{ yaw: -31, pitch: 0 }], VIOLATED, FINE],
  ["looking down", [{ yaw: 0, pitch: 26 }], VIOLATED, FINE],
  ["at the limits", [{ yaw: 30, pitch: -25 }], FINE, FINE],
  ["two faces", [ahead, ahead], FINE, VIOLATED],
  ["two faces, one turned away", [ahead, { yaw: 50, pitch: 0 }], FINE, VIOLATED],
  ["two faces, both turned away", [{ yaw: 50, pitch: 0 }, { yaw: 50, pitch: 0 }], VIOLATED, VIOLATED],
  ["not analysed", null, UNKNOWN, UNKNOWN],
]) {
  test(`a picture with ${name}`, () => assert.deepEqual(statesOf(faces), { c2, c3 }));
}

test("only what lasts is a violation, and it is over at once", () => {
  const steady = makeSteady({ c2: 3000 });
  const seen = [[0, VIOLATED], [2900, VIOLATED], [3000, VIOLATED], [3500, FINE], [4000, VIOLATED], [4500, UNKNOWN], [8000, VIOLATED]];
  assert.deepEqual(seen.map(([at, state]) => steady({ c2: state }, at).c2), [FINE, FINE, VIOLATED, FINE, FINE, UNKNOWN, FINE]);
});

test("slow pictures come less often, so that they use a small part of one core", () => {
  assert.deepEqual([0, 40, 75, 200, 2400].map(pace), [500, 500, 500, 1333, 3000]);
});

const RATE = 48_000;
const frame = (make) => Float32Array.from({ length: 2400 }, (_, i) => make(i));
const tone = (hz, loud) => frame((i) => loud * Math.sin((2 * Math.PI * hz * i) / RATE));
let seed = 1;
const noise = (loud) => frame(() => ((seed = (seed * 16807) % 2147483647), loud * (seed / 2147483647 - 0.5)));

test("levels are decibels below full scale", () => {
  assert.ok(Math.abs(levelOf(tone(200, 1)) + 3) < 0.1);
  assert.equal(levelOf(frame(() => 0)), -100);
});

test("a voice has a period, noise and silence have none", () => {
  assert.equal(isVoiced(tone(150, 0.2), RATE), true);
  assert.equal(isVoiced(noise(0.2), RATE), false);
  assert.equal(isVoiced(frame(() => 0), RATE), false);
});

for (const [kind, features] of [
  ["flat", { level: -100, spread: 0, voiced: 0 }],
  ["quiet", { level: -70, spread: 1, voiced: 0 }],
  ["calm", { level: -52, spread: 2, voiced: 0 }],
  ["speech", { level: -35, spread: 12, voiced: 0.5 }],
  ["noise", { level: -31, spread: 1.2, voiced: 0.05 }],
  ["noise", { level: -21, spread: 0, voiced: 1 }],
]) {
  test(`${JSON.stringify(features)} is ${kind}`, () => assert.equal(kindOf(features), kind));
}

test("the features of a second are its mean level, its ups and downs, and its voiced share", () => {
  const found = featuresOf([{ level: -20, voiced: true }, { level: -40, voiced: false }]);
  assert.deepEqual(found, { level: -30, spread: 10, voiced: 0.5 });
});

test("a quiet second is no broken microphone, a word is no conversation", () => {
  const hearing = makeHearing();
  const feed = (level, spread, voiced) => hearing({ level, spread, voiced });
  assert.deepEqual(feed(-100, 0, 0), { m1: FINE, m2: UNKNOWN });
  for (let i = 0; i < 3; i += 1) feed(-100, 0, 0);
  assert.deepEqual(feed(-100, 0, 0), { m1: VIOLATED, m2: UNKNOWN });
  assert.deepEqual(feed(-30, 10, 0.5), { m1: FINE, m2: FINE });
  assert.deepEqual(feed(-30, 10, 0.5), { m1: FINE, m2: VIOLATED });
  for (let i = 0; i < 4; i += 1) feed(-50, 1, 0);
  assert.deepEqual(feed(-50, 1, 0), { m1: FINE, m2: FINE });
});

test("a warning comes when the last minute is below the threshold, and not again at once", () => {
  const warnings = makeWarnings({ weights: { c2: 1, b2: 1 }, threshold: 50 });
  warnings.set("c2", VIOLATED, 0);
  warnings.set("b2", FINE, 0);
  assert.equal(warnings.due(20_000), null);
  assert.equal(warnings.due(31_000), "c2");
  assert.equal(warnings.due(32_000), null);
  assert.equal(warnings.due(92_000), "c2");
  warnings.set("c2", FINE, 93_000);
  assert.equal(warnings.due(93_000), null);
  assert.equal(warnings.score(200_000), 100);
});

test("the one that costs most is spoken of, with its weight, and only while it goes on", () => {
  const warnings = makeWarnings({ weights: { c2: 0.5, b2: 2, m2: 0 }, threshold: 90 });
  for (const metric of ["c2", "b2", "m2"]) warnings.set(metric, VIOLATED, 0);
  assert.equal(warnings.due(10_000), "b2");
  warnings.set("b2", FINE, 10_000);
  assert.equal(warnings.due(11_000), "c2");
});
