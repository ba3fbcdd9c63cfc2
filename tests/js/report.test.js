import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, areOn } from "../../static/js/report/keys.js";
import { nextOpen } from "../../static/js/report/review.js";
import { minuteOf, msOf, xOf } from "../../static/js/report/timeline.js";

for (const [key, where, wanted] of [
  [" ", {}, "toggle"], ["k", {}, "pause"], ["J", {}, "tenBack"], ["l", {}, "tenOn"], ["n", {}, "next"], ["P", {}, "previous"],
  ["c", {}, "confirm"], ["d", {}, "dismiss"], ["m", {}, "note"], ["?", {}, "keys"], ["ArrowLeft", {}, "back"], ["Home", {}, "start"],
  [" ", { presses: true }, null], ["c", { presses: true }, "confirm"], ["ArrowLeft", { moves: true }, null], [" ", { moves: true }, "toggle"],
  ["c", { writes: true }, null], [" ", { writes: true }, null], ["c", { withModifier: true }, null], ["x", {}, null], ["Tab", {}, null], ["constructor", {}, null],
]) {
  test(`"${key}" ${JSON.stringify(where)} means ${wanted}`, () => assert.equal(actionOf(key, where), wanted));
}

test("the keys are on until they are switched off, also without storage", () => {
  assert.equal(areOn({ getItem: () => null }), true);
  assert.equal(areOn({ getItem: () => "off" }), false);
  assert.equal(areOn({ getItem: () => { throw new Error("no storage"); } }), true);
});

const FLAGS = [{ id: 1, state: "open" }, { id: 2, state: "confirmed" }, { id: 3, state: "open" }];
for (const [id, wanted] of [[1, 3], [2, 3], [3, 1], [99, 1]]) {
  test(`after flag ${id} the open one to look at is ${wanted}`, () => assert.equal(nextOpen(FLAGS, id)?.id, wanted));
}
test("after the last open flag there is none", () => assert.equal(nextOpen([{ id: 1, state: "dismissed" }], 1), null));

const DATA = { begins: 0, ends: 90 * 60_000, plot: { left: 76, width: 658 } };
for (const [ms, x, minute] of [[0, 76, 0], [45 * 60_000, 405, 45], [90 * 60_000, 734, 89], [-5, 76, 0], [1e12, 734, 89]]) {
  test(`${ms} ms stand at ${x}, in minute ${minute}`, () => {
    assert.equal(xOf(ms, DATA), x);
    assert.equal(minuteOf(ms, DATA), minute);
  });
}
test("a place in the drawing is a moment, whatever the width", () => {
  for (const zoom of [1, 2, 8]) assert.ok(Math.abs(msOf(xOf(1_234_567, DATA, zoom), DATA, zoom) - 1_234_567) < 1000);
});
