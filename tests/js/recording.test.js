import assert from "node:assert/strict";
import test from "node:test";

import { inMemory } from "../../static/js/recording/chunks.js";
import { RUNGS, nextRung } from "../../static/js/recording/ladder.js";
import { record, typeOf } from "../../static/js/recording/recorder.js";
import { decide, makeUpload, sender } from "../../static/js/recording/upload.js";

const row = (seq) => ({ track: "camera", name: "n", seq, offset: 0, begins: 0, at: 5, blob: `b${seq}` });

async function waiting(...rows) {
  const queue = inMemory();
  for (const one of rows) await queue.add(one);
  return queue;
}

for (const [answer, verdict] of [
  [{ code: 200, have: 3 }, "done"],
  [{ code: 208, have: 9 }, "done"],
  [{ code: 409, have: 3 }, "done"],
  [{ code: 409, have: 1 }, "drop"],
  [{ code: 409 }, "drop"],
  [{ code: 410, have: 1 }, "drop"],
  [{ code: 404 }, "drop"],
  [{ code: 422 }, "drop"],
  [{ code: 400 }, "again"],
  [{ code: 401 }, "again"],
  [{ code: 500 }, "again"],
  [{ code: 503 }, "again"],
  [{ code: 0 }, "again"],
]) {
  test(`an answer ${JSON.stringify(answer)} means ${verdict}`, () => assert.equal(decide(answer, 3), verdict));
}

test("chunks go out in order, each once, and nothing waits then", async () => {
  const queue = await waiting(row(1), row(2), { track: "camera", name: "n", end: 2 });
  const sent = [];
  const told = [];
  const upload = makeUpload({ queue, send: async (one) => (sent.push(one.seq ?? "end"), { code: 200, have: one.seq }), tell: (state) => told.push(state.waiting) });
  await upload.go();
  assert.deepEqual(sent, [1, 2, "end"]);
  assert.deepEqual(told, [3, 2, 1, 0]);
});

test("while the line is dead nothing is dropped, and afterwards all goes out", async () => {
  const queue = await waiting(row(1), row(2));
  const answers = [{ code: 0 }, { code: 0 }, { code: 503 }, { code: 200 }, { code: 208 }];
  const sent = [];
  const waits = [];
  const upload = makeUpload({ queue, send: async (one) => (sent.push(one.seq), answers.shift()), wait: async (ms) => void waits.push(ms) });
  await upload.go();
  assert.deepEqual(sent, [1, 1, 1, 1, 2]);
  assert.deepEqual(waits, [1000, 2000, 4000]);
  assert.equal(await queue.count(), 0);
});

test("the oldest tells since when it waits, and what was never kept is counted", async () => {
  const queue = await waiting(row(1), row(2));
  const told = [];
  const upload = makeUpload({ queue, send: async (one) => ({ code: one.seq === 1 ? 422 : 200 }), tell: (state) => told.push(state) });
  await upload.go();
  assert.deepEqual(told.map(({ oldest, dropped }) => [oldest, dropped]), [[5, 0], [5, 1], [null, 1]]);
});

test("a chunk goes to its number with its offset, the end as a count", async () => {
  const asked = [];
  const fetch = async (url, options) => (asked.push([options.method, url, options.headers["X-CSRFToken"]]), { status: 200, json: async () => ({ have: 1, head: "ab" }) });
  const send = sender("/attempts/1/recordings", "t", { fetch });
  assert.deepEqual(await send({ ...row(1), offset: 7, begins: 9 }), { code: 200, have: 1, head: "ab" });
  await send({ track: "camera", name: "n", end: 4 });
  assert.deepEqual(asked, [["PUT", "/attempts/1/recordings/camera/n/1?offset=7&begins=9", "t"], ["POST", "/attempts/1/recordings/camera/n/end", "t"]]);
});

test("a line that breaks is an answer without a code", async () => {
  const send = sender("/r", "t", { fetch: async () => { throw new TypeError("gone"); } });
  assert.deepEqual(await send(row(1)), { code: 0 });
});

for (const [rung, late, stood, next] of [
  [0, 0, 0, 0],
  [0, 50_000, 10_000, 0],
  [0, 50_000, 50_000, 1],
  [1, 50_000, 50_000, 2],
  [2, 90_000, 90_000, 2],
  [2, 0, 30_000, 2],
  [2, 0, 61_000, 1],
  [1, 10_000, 61_000, 1],
  [0, 0, 99_000, 0],
]) {
  test(`from rung ${rung}, ${late} ms late after ${stood} ms, to ${next}`, () => assert.equal(nextRung(rung, late, stood), next));
}

test("each rung costs less than the one before", () => {
  for (const rungs of Object.values(RUNGS)) {
    const cost = rungs.map((rung) => (rung ? rung.video + (rung.audio ?? 0) : 0));
    assert.deepEqual(cost, [...cost].sort((a, b) => b - a));
  }
});

function recorderWorld() {
  const made = [];
  class MediaRecorder {
    static isTypeSupported = (type) => type.startsWith("video/webm");
    constructor(stream, options) {
      Object.assign(this, { stream, options, state: "inactive" });
      made.push(this);
    }
    start() { this.state = "recording"; }
    stop() {
      this.state = "inactive";
      this.ondataavailable({ data: { size: 3 } });
      this.onstop();
    }
  }
  class Blob {
    constructor(parts) { this.size = parts.reduce((sum, part) => sum + part.size, 0); }
  }
  return { made, world: { MediaRecorder, Blob, crypto: { randomUUID: () => "uuid-1" } } };
}

test("chunks are numbered with their offsets, and the end is told after the last one", async () => {
  const { made, world } = recorderWorld();
  const kept = [];
  const recording = record({ stream: {}, track: "screen", rates: { video: 1 }, keep: async (one) => void kept.push(one), serverNow: () => 77, world });
  made[0].ondataavailable({ data: { size: 500 } });
  made[0].ondataavailable({ data: { size: 0 } });
  made[0].ondataavailable({ data: { size: 5 } });
  await recording.stop();
  assert.deepEqual(kept.map(({ seq, offset, end, begins }) => [seq ?? `end ${end}`, offset, begins]), [[1, 0, 77], [2, 500, 77], [3, 505, 77], ["end 3", undefined, undefined]]);
});

test("a browser that can't record says so", () => {
  assert.equal(typeOf({}), null);
  assert.equal(record({ stream: {}, track: "camera", rates: {}, keep: () => {}, serverNow: () => 0, world: { crypto: { randomUUID: () => "u" } } }), null);
});

test("a disk that is full is heard of, and the recording goes on", async () => {
  const { made, world } = recorderWorld();
  let failures = 0;
  const recording = record({ stream: {}, track: "camera", rates: { video: 1 }, keep: async () => { throw new Error("full"); }, serverNow: () => 0, failed: () => (failures += 1), world });
  made[0].ondataavailable({ data: { size: 500 } });
  await recording.stop();
  assert.equal(failures, 3);
});

test("a stream that has just ended is not recorded, and nothing breaks", () => {
  const { world } = recorderWorld();
  world.MediaRecorder.prototype.start = () => { throw new Error("inactive"); };
  assert.equal(record({ stream: {}, track: "camera", rates: { video: 1 }, keep: () => {}, serverNow: () => 0, world }), null);
});

test("a first byte that comes by itself waits for the rest of the header", async () => {
  const { made, world } = recorderWorld();
  const kept = [];
  const recording = record({ stream: {}, track: "camera", rates: { video: 1 }, keep: async (one) => void kept.push(one), serverNow: () => 0, world });
  made[0].ondataavailable({ data: { size: 1 } });
  made[0].ondataavailable({ data: { size: 0 } });
  made[0].ondataavailable({ data: { size: 900 } });
  await recording.stop();
  assert.deepEqual(kept.map(({ seq, offset, blob, end }) => [seq ?? `end ${end}`, offset, blob?.size]), [[1, 0, 901], [2, 901, 3], ["end 2", undefined, undefined]]);
});
