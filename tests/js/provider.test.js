import assert from "node:assert/strict";
import { test } from "node:test";
import { answerTo, answerWith } from "../../integrations/provider-worker/index.js";
import { keepPinging, tellWorker, toldTimeout } from "../../static/js/provider/messages.js";

/** A world whose workers behave as told; time passes when it is told to. */
function makeWorld(behave) {
  const timers = new Map();
  const world = { now: 0, made: [], ended: 0, revoked: 0, sent: [] };
  let next = 1;
  return Object.assign(world, {
    Blob: class { constructor(parts) { this.text = parts.join(""); } },
    URL: { createObjectURL: (blob) => (world.made.push(blob.text), "blob:1"), revokeObjectURL: () => void (world.revoked += 1) },
    Worker: class {
      postMessage(message) {
        world.sent.push(message);
        queueMicrotask(() => behave(this, message, world));
      }
      terminate() { world.ended += 1; }
    },
    setTimeout: (run, ms) => (timers.set(next, { run, at: world.now + ms }), next++),
    clearTimeout: (id) => timers.delete(id),
    performance: { now: () => world.now },
    async pass(ms) {
      const until = world.now + ms;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        const due = [...timers].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) break;
        timers.delete(due[0]);
        world.now = Math.max(world.now, due[1].at);
        due[1].run();
      }
      world.now = until;
    },
  });
}
const SAYS = { startExamAttempt: "examAttemptStarted", endExamAttempt: "examAttemptEnded", ping: "echo" };
const FAILS = { startExamAttempt: "examAttemptStartFailed", endExamAttempt: "examAttemptEndFailed", ping: "pingFailed" };
const agrees = (worker, { type }) => worker.onmessage({ data: { type: SAYS[type] } });
const TO = { url: "https://watch.example/w.js", attemptId: "a-1", waitMs: 15000 };

for (const [name, behave, wanted] of [
  ["agrees", agrees, { ok: true }],
  ["says no", (w, { type }) => w.onmessage({ data: { type: FAILS[type], error: "not running" } }), { ok: false, problem: "failed", error: "not running" }],
  ["says no with an object", (w, { type }) => w.onmessage({ data: { type: FAILS[type], error: { message: "gone" } } }), { ok: false, problem: "failed", error: "gone" }],
  ["breaks", (w) => w.onerror({ message: "Script error" }), { ok: false, problem: "crashed", error: "Script error" }],
  ["says something else", (w) => w.onmessage({ data: "hello" }), { ok: false, problem: "silent", error: "" }],
  ["is silent", () => {}, { ok: false, problem: "silent", error: "" }],
]) {
  for (const message of ["start", "end", "ping"]) {
    test(`a worker that ${name} at ${message}`, async () => {
      const world = makeWorld(behave);
      const answer = tellWorker(message, TO, world);
      await world.pass(15000);
      assert.deepEqual(await answer, wanted);
      assert.deepEqual([world.ended, world.revoked], [1, 1]);
      assert.equal(world.made[0], 'importScripts("https://watch.example/w.js");');
      assert.deepEqual(world.sent[0], { type: world.sent[0].type, timeout: 7500, attemptExternalId: "a-1" });
    });
  }
}

test("a browser without workers is told apart", async () => {
  const world = makeWorld(agrees);
  world.Worker = class { constructor() { throw new Error("refused"); } };
  assert.deepEqual(await tellWorker("start", TO, world), { ok: false, problem: "blocked", error: "refused" });
});

for (const [wait, told] of [[60000, 50000], [15000, 7500], [20000, 10000], [1000, 1000], [21000, 11000]]) {
  test(`of ${wait} ms the worker is told ${told}`, () => assert.equal(toldTimeout(wait), told));
}

for (const seconds of [1, 7, 60, 61]) {
  test(`every ${seconds} s there is one ping, the first at half of it`, async () => {
    const world = makeWorld(agrees);
    const stop = keepPinging({ url: TO.url, attemptId: "a", seconds, failed: assert.fail }, world);
    await world.pass(seconds * 10_000);
    assert.equal(world.sent.length, 10);
    stop();
    await world.pass(seconds * 5000);
    assert.equal(world.sent.length, 10);
  });
}

test("the first ping that fails is told, and then it is quiet", async () => {
  const heard = [];
  const world = makeWorld((worker, _message, { sent }) => sent.length < 3 && agrees(worker, { type: "ping" }));
  keepPinging({ url: TO.url, attemptId: "a", seconds: 30, failed: (answer) => heard.push(answer.problem) }, world);
  await world.pass(300_000);
  assert.deepEqual([heard, world.sent.length], [["silent"], 3]);
});

class Handler {
  constructor(options) { this.options = options; }
  async onStartExamAttempt(timeout, id) { if (timeout !== 500 || id !== "x") throw new Error("not mine"); }
  async onPing() { throw new Error("away"); }
}
for (const [message, wanted] of [
  [{ type: "startExamAttempt", timeout: 500, attemptExternalId: "x" }, { type: "examAttemptStarted" }],
  [{ type: "startExamAttempt", timeout: 500, attemptExternalId: "y" }, { type: "examAttemptStartFailed", error: "not mine" }],
  [{ type: "ping", timeout: 500 }, { type: "pingFailed", error: "away" }],
  [{ type: "endExamAttempt" }, { type: "examAttemptEndFailed", error: "onEndExamAttempt is missing" }],
  [{ type: "other" }, null],
  [null, null],
]) {
  test(`a class answers ${JSON.stringify(message)}`, async () => assert.deepEqual(await answerTo(message, new Handler({})), wanted));
}

test("a method that takes too long is a failure", async () => {
  const slow = { onPing: () => new Promise(() => {}) };
  assert.deepEqual(await answerTo({ type: "ping", timeout: 5 }, slow), { type: "pingFailed", error: "it took too long" });
});

test("a worker answers with the class, made anew by config", async () => {
  const made = [];
  const answers = [];
  let hear;
  class Noted extends Handler {
    constructor(options) { super(options); made.push(options); }
  }
  answerWith(Noted, { addEventListener: (_name, listener) => (hear = listener), postMessage: (answer) => answers.push(answer) });
  await hear({ data: { type: "config", options: { a: 1 } } });
  await hear({ data: { type: "startExamAttempt", timeout: 500, attemptExternalId: "x" } });
  await hear({ data: { type: "unknown" } });
  assert.deepEqual([made, answers], [[{}, { a: 1 }], [{ type: "examAttemptStarted" }]]);
});
