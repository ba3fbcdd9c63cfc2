import assert from "node:assert/strict";
import { test } from "node:test";
import { DETECTORS } from "../../static/js/monitoring/detectors.js";
import { memoryQueue, openQueue } from "../../static/js/monitoring/queue.js";
import { FINE, UNKNOWN, VIOLATED, makeTracker } from "../../static/js/monitoring/tracker.js";
import { makeWarnings } from "../../static/js/monitoring/warnings.js";
import { makeClock, watch } from "../../static/js/monitoring/watch.js";

const spansOf = (act, longest) => {
  const spans = [];
  act(makeTracker("b2", (span) => spans.push(span), longest));
  return spans;
};

test("a span is closed at each change, and the same state again is none", () => {
  const spans = spansOf((t) => { t.set(FINE, 0); t.set(FINE, 5); t.set(VIOLATED, 10); t.set(UNKNOWN, 30); t.stop(40); });
  assert.deepEqual(spans, [["b2", 0, 0, 10], ["b2", 1, 10, 30], ["b2", 2, 30, 40]]);
});
test("a flush sends what is open and the state goes on", () => {
  const spans = spansOf((t) => { t.set(VIOLATED, 0); t.flush(5); t.flush(5); t.flush(9); });
  assert.deepEqual(spans, [["b2", 1, 0, 5], ["b2", 1, 5, 9]]);
});
test("a long state comes in pieces", () => {
  const spans = spansOf((t) => { t.set(FINE, 0); t.stop(25); }, 10);
  assert.deepEqual(spans, [["b2", 0, 0, 10], ["b2", 0, 10, 20], ["b2", 0, 20, 25]]);
});
test("a clock that goes back gives no span", () => {
  assert.deepEqual(spansOf((t) => { t.set(FINE, 100); t.flush(50); }), []);
});
test("before the first state nothing is told", () => assert.deepEqual(spansOf((t) => { t.flush(5); t.stop(9); }), []));

for (const [what, metric, window, state] of [
  ["in front", "b2", { document: { visibilityState: "visible", hasFocus: () => true } }, FINE],
  ["another window in front", "b2", { document: { visibilityState: "visible", hasFocus: () => false } }, VIOLATED],
  ["hidden", "b2", { document: { visibilityState: "hidden", hasFocus: () => true } }, VIOLATED],
  ["full screen", "b3", { document: { fullscreenEnabled: true, fullscreenElement: {} } }, FINE],
  ["left", "b3", { document: { fullscreenEnabled: true, fullscreenElement: null } }, VIOLATED],
  ["a browser without full screen", "b3", { document: { fullscreenEnabled: false } }, UNKNOWN],
  ["one display", "s2", { screen: { isExtended: false } }, FINE],
  ["two displays", "s2", { screen: { isExtended: true } }, VIOLATED],
  ["a browser that does not say", "s2", { screen: {} }, UNKNOWN],
]) {
  test(`${metric}, ${what}: ${state}`, () => assert.equal(DETECTORS[metric].now(window), state));
}

let made = 0;
const random = () => `browser-${(made += 1)}`;

test("what was not acknowledged is sent again, with the same numbers", async () => {
  const queue = memoryQueue(random);
  await queue.add([["a"], ["b"], ["c"]]);
  const first = await queue.batch();
  assert.deepEqual(first, { client: first.client, first: 1, spans: [["a"], ["b"], ["c"]] });
  assert.deepEqual(await queue.batch(), first);
  await queue.acknowledge(2);
  assert.deepEqual(await queue.batch(), { client: first.client, first: 3, spans: [["c"]] });
  await queue.acknowledge(3);
  assert.equal(await queue.batch(), null);
});
test("a server that knows less than before gets the rest under a new name", async () => {
  const queue = memoryQueue(random);
  await queue.add([["a"], ["b"]]);
  await queue.acknowledge(1);
  const before = (await queue.batch()).client;
  await queue.renew();
  const { client, first, spans } = await queue.batch();
  assert.deepEqual([client === before, first, spans], [false, 1, [["b"]]]);
});
test("a browser that refuses storage keeps spans in memory", async () => {
  const refusing = { open: () => { throw new DOMException("no", "SecurityError"); } };
  const queue = await openQueue("x", refusing, random);
  await queue.add([["a"]]);
  assert.equal((await queue.batch()).first, 1);
  assert.ok(await openQueue("x", undefined, random));
});

test("the clock follows the server and passes over slow answers", () => {
  let steady = 1000;
  const clock = makeClock(50_000, () => steady);
  assert.equal(clock.now(), 50_000);
  steady = 3000;
  clock.measure(60_000, 2900, 3100);
  assert.equal(clock.now(), 60_000);
  clock.measure(99_000, 0, 3000);
  assert.equal(clock.now(), 60_000);
});

test("watching tells what was, and what is sent is what happened", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let steady = 0;
  const here = { document: { visibilityState: "visible", hasFocus: () => true, addEventListener() {} }, addEventListener() {} };
  const heard = [];
  const clock = makeClock(0, () => steady);
  const watching = watch({ metrics: ["b2", "n1"], queue: memoryQueue(random), clock, here, noticed: (...x) => heard.push(x) });
  watching.set("n1", FINE);
  steady = 2000;
  here.document.hasFocus = () => false;
  t.mock.timers.tick(500);
  steady = 5000;
  const batch = await watching.batch();
  assert.deepEqual(batch.spans, [["b2", 0, 0, 2000], ["b2", 1, 2000, 5000], ["n1", 0, 0, 5000]]);
  assert.deepEqual(heard, [["b2", 0], ["n1", 0], ["b2", 1]]);
  await watching.acknowledge(batch, 3);
  steady = 6000;
  assert.deepEqual((await watching.batch()).spans, [["b2", 1, 5000, 6000], ["n1", 0, 5000, 6000]]);
  await watching.stop();
});

test("a violation in doubt is told as unknown", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let steady = 0;
  let inDoubt = true;
  const here = { document: { visibilityState: "visible", hasFocus: () => false, addEventListener() {} }, addEventListener() {} };
  const clock = makeClock(0, () => steady);
  const doubts = (metric) => metric === "b2" && inDoubt;
  const watching = watch({ metrics: ["b2"], queue: memoryQueue(random), clock, here, doubts });
  steady = 2000;
  inDoubt = false;
  t.mock.timers.tick(500);
  steady = 3000;
  assert.deepEqual((await watching.batch()).spans, [["b2", 2, 0, 2000], ["b2", 1, 2000, 3000]]);
  await watching.stop();
});

test("what a learner is spared while the exam runs is closed and not looked at any more", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let steady = 0;
  const clock = { now: () => steady };
  const here = { document: { visibilityState: "visible", hasFocus: () => false, addEventListener() {} }, screen: {}, addEventListener() {} };
  const watching = watch({ metrics: ["b2", "n1"], queue: memoryQueue(() => "browser-1"), clock, here });
  watching.set("n1", FINE);
  steady = 1000;
  watching.use(["n1"]);
  steady = 3000;
  t.mock.timers.tick(500);
  assert.deepEqual((await watching.batch()).spans, [["b2", 1, 0, 1000], ["n1", 0, 0, 3000]]);
  watching.use(["b2"]);
  steady = 4000;
  assert.deepEqual((await watching.batch()).spans.slice(2), [["b2", 1, 3000, 4000]]);
  await watching.stop();
});
test("a metric that does not count any more warns of nothing", () => {
  const warnings = makeWarnings({ weights: { b2: 1, b3: 1 }, threshold: 90 });
  warnings.set("b2", VIOLATED, 0);
  warnings.use({ b3: 1 });
  assert.equal(warnings.score(60_000), 100);
  assert.equal(warnings.due(60_000), null);
  warnings.set("b2", VIOLATED, 60_000);
  assert.equal(warnings.isViolated("b2"), false);
});
