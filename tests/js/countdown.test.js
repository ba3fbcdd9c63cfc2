import assert from "node:assert/strict";
import { test } from "node:test";
import { makeCountdown, moments, passed, toneOf } from "../../static/js/countdown.js";

for (const [seconds, wanted] of [[5400, ""], [601, ""], [600, "wait"], [61, "wait"], [60, "bad"], [0, "bad"]]) {
  test(`${seconds} seconds have the tone "${wanted}"`, () => assert.equal(toneOf(seconds), wanted));
}

for (const [total, wanted] of [
  [5400, ["half", "ten", "five", "one"]],
  [1200, ["ten", "five", "one"]],
  [600, ["five", "one"]],
  [30, []],
]) {
  test(`of ${total} seconds are told: ${wanted.join(", ") || "nothing"}`, () =>
    assert.deepEqual(moments(total).map(([name]) => name), wanted));
}

for (const [before, after, wanted] of [
  [2701, 2700, "half"],
  [2700, 2699, null],
  [601, 599, "ten"],
  [5000, 200, "five"],
  [100, 600, null],
  [61, 60, "one"],
]) {
  test(`from ${before} to ${after} seconds: ${wanted ?? "nothing"} is told`, () => assert.equal(passed(moments(5400), before, after), wanted));
}

test("time runs down, stops at 0, and follows the server", () => {
  let now = 1000;
  const countdown = makeCountdown(10, () => now);
  assert.equal(countdown.left(), 10);
  now += 2500;
  assert.equal(countdown.left(), 8);
  countdown.correct(60);
  now += 1000;
  assert.equal(countdown.left(), 59);
  now += 100_000;
  assert.equal(countdown.left(), 0);
  countdown.correct(null);
  assert.equal(countdown.left(), null);
});
