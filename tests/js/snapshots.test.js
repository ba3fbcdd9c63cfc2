import assert from "node:assert/strict";
import { test } from "node:test";
import { BYTES_MAX, grab, meaning, pause, send, startSnapshots } from "../../static/js/snapshots.js";

for (const [failures, wanted] of [[0, 15_000], [1, 30_000], [2, 60_000], [3, 120_000], [4, 120_000], [50, 120_000]]) {
  test(`after ${failures} failures the next picture comes after ${wanted} ms`, () => assert.equal(pause(15_000, failures), wanted));
}

for (const [code, wanted] of [
  [200, "kept"], [0, "failed"], [409, "failed"], [413, "failed"], [422, "failed"], [429, "failed"], [503, "failed"],
  [400, "stop"], [401, "stop"], [403, "stop"], [404, "stop"],
]) {
  test(`${code}: ${wanted}`, () => assert.equal(meaning(code), wanted));
}

const photo = { size: 27_000, type: "image/jpeg" };
const canvasOf = (made = photo) => ({
  drawn: [],
  getContext() {
    return { drawImage: (...given) => this.drawn.push(given.slice(1)) };
  },
  toBlob(done, type, quality) {
    this.asked = [type, quality];
    done(made);
  },
});
const video = { videoWidth: 1280, videoHeight: 720, paused: false, ended: false };

for (const [size, wanted] of [
  [[1280, 720], [640, 360]], [[640, 480], [640, 480]], [[320, 240], [320, 240]], [[480, 640], [360, 480]], [[1600, 1200], [640, 480]],
]) {
  test(`a picture of ${size} is drawn to ${wanted}`, async () => {
    const canvas = canvasOf();
    assert.equal(await grab({ ...video, videoWidth: size[0], videoHeight: size[1] }, canvas), photo);
    assert.deepEqual([canvas.width, canvas.height], wanted);
    assert.deepEqual(canvas.drawn, [[0, 0, ...wanted]]);
    assert.deepEqual(canvas.asked, ["image/jpeg", 0.7]);
  });
}

for (const [what, change] of [["off", { videoWidth: 0 }], ["paused", { paused: true }], ["ended", { ended: true }]]) {
  test(`a camera that is ${what} gives no picture`, async () => assert.equal(await grab({ ...video, ...change }, canvasOf()), null));
}

test("a picture that is too large is not sent", async () => {
  assert.equal(await grab(video, canvasOf({ size: BYTES_MAX + 1 })), null);
  assert.equal(await grab(video, canvasOf(null)), null);
});

test("a picture goes with its moment and the token of the page", async () => {
  const sent = [];
  const world = { fetch: async (...given) => (sent.push(given), { status: 200 }) };
  assert.equal(await send("/attempts/1/snapshots", "token", photo, 1234.6, world), 200);
  const [url, { method, headers, body }] = sent[0];
  assert.equal(url, "/attempts/1/snapshots?taken_ms=1235");
  assert.deepEqual([method, headers["X-CSRFToken"], headers["Content-Type"], body], ["POST", "token", "image/jpeg", photo]);
});

test("a lost connection is code 0", async () => {
  const world = { fetch: async () => { throw new TypeError("lost"); } };
  assert.equal(await send("/x", "token", photo, 1, world), 0);
});

/** A world whose timers run when they are told to. */
function madeOf(...codes) {
  const waits = [];
  let due = null;
  return {
    waits,
    sent: 0,
    fetch: async function () { this.sent += 1; return { status: codes[Math.min(this.sent, codes.length) - 1] }; },
    setTimeout: (go, ms) => { waits.push(ms); due = go; return 1; },
    clearTimeout: () => { due = null; },
    run: async () => { const go = due; due = null; await go?.(); },
    isDue: () => due !== null,
  };
}

const begin = (world, more = {}) =>
  startSnapshots({ video, canvas: canvasOf(), url: "/x", csrf: "t", everyMs: 15_000, clock: () => 5000, world, ...more });

test("a picture at once, then one after each pause; failures make it longer, success makes it normal again", async () => {
  const world = madeOf(200, 503, 503, 200);
  begin(world);
  for (let n = 0; n < 4; n += 1) await world.run();
  assert.deepEqual(world.waits, [0, 15_000, 30_000, 60_000, 15_000]);
  assert.equal(world.sent, 4);
});

test("a camera that shows nothing is waited for without sending", async () => {
  const world = madeOf(200);
  begin(world, { video: { ...video, videoWidth: 0 } });
  await world.run();
  assert.deepEqual([world.sent, world.waits], [0, [0, 15_000]]);
});

test("it stops when the server wants no more, or the page", async () => {
  const world = madeOf(404);
  begin(world);
  await world.run();
  assert.equal(world.isDue(), false);
  const other = madeOf(200);
  begin(other).stop();
  assert.equal(other.isDue(), false);
});
