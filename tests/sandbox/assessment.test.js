import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver, news, statusWords, timeLeft } from "../../static/sandbox/assessment-state.js";

const state = (status, extra = 0) => ({ status, extra_minutes: extra });

for (const [before, now, tone, words] of [
  [state("running"), state("paused"), "wait", /paused/],
  [state("paused"), state("running"), "good", /goes on/],
  [state("running"), state("terminated"), "bad", /ended/],
  [state("running"), state("complete"), "on", /handed in/],
  [state("running"), state("running", 1), "good", /1 more minute\./],
  [state("running", 5), state("running", 15), "good", /10 more minutes/],
]) {
  test(`${before.status} to ${now.status} with ${now.extra_minutes} minutes is said`, () => {
    const found = news(before, now);
    assert.equal(found.tone, tone);
    assert.match(found.text, words);
  });
}

test("two things at once are both said", () => {
  const found = news(state("paused"), state("running", 10));
  assert.deepEqual([found.tone, found.text], ["good", "The attempt goes on. You were given 10 more minutes."]);
});

test("nothing new is nothing said", () => {
  assert.equal(news(state("running", 5), state("running", 5)), null);
  assert.equal(news(state("running"), state("none")), null);
});

test("an attempt is over when it was ended or handed in", () => {
  assert.deepEqual(["none", "running", "paused", "terminated", "complete"].map(isOver), [false, false, false, true, true]);
  assert.equal(statusWords("paused"), "Paused by the proctoring tool");
});

for (const [seconds, words] of [[null, "no limit"], [NaN, "no limit"], [61, "1:01"], [0, "none: hand in now"], [-5, "none: hand in now"]]) {
  test(`${seconds} seconds left are ${words}`, () => assert.equal(timeLeft(seconds), words));
}
