import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { correction, lengthWords, makePlayer, makeTrack, nextBusy, nextTime, pieceAfter, pieceAt, start, started, wallClock } from "../../static/js/report/player.js";

const PIECES = [{ begins: 1000, ends: 5000 }, { begins: 8000, ends: 9000 }, { begins: 8500, ends: 9500 }];

for (const [ms, at, after] of [[0, -1, 0], [1000, 0, 1], [4999, 0, 1], [5000, -1, 1], [8100, 1, 2], [8600, 2, -1], [9400, 2, -1], [9500, -1, -1]]) {
  test(`at ${ms} the piece ${at} is shown and ${after} comes next`, () => {
    assert.equal(pieceAt(PIECES, ms), at);
    assert.equal(pieceAfter(PIECES, ms), after);
  });
}

for (const [drift, speed, jump, rate] of [
  [0, 1, false, 1],
  [0.05, 1, false, 1],
  [0.2, 1, false, 0.9],
  [-0.2, 1, false, 1.1],
  [-0.9, 1, false, 1.15],
  [1.2, 1, true, 1],
  [-3, 2, true, 2],
  [-1.2, 16, false, 16],
  [0.04, 0.5, false, 0.5],
  [-0.2, 0.5, false, 0.55],
]) {
  test(`a film that is ${drift} s ahead at speed ${speed} ${jump ? "jumps" : `runs at ${rate}`}`, () => {
    const found = correction(drift, speed);
    assert.equal(found.jump, jump);
    assert.ok(Math.abs(found.rate - rate) < 1e-9);
  });
}

test("no film ever runs faster than a browser can", () => {
  for (let drift = -2; drift <= 2; drift += 0.05) assert.ok(correction(drift, 16).rate <= 16);
});

const MINUTE = 60_000;
for (const [minute, wanted] of [[0, 2], [1.9, 2], [2, null], [3.9, null], [4, 7], [7.5, null], [8, 10]]) {
  test(`in minute ${minute} ${wanted === null ? "there is something to see" : `one skips to ${wanted}`}`, () => {
    const found = nextBusy([[2, 4], [7, 8]], 0, 10 * MINUTE, minute * MINUTE);
    assert.equal(found, wanted === null ? null : wanted * MINUTE);
  });
}

for (const [name, args, wanted] of [
  ["runs", [0, 100, 1, [50], false], 100],
  ["runs at its speed", [0, 100, 4, [400], false], 400],
  ["waits while a film loads", [500, 100, 1, [9999], true], 500],
  ["does not leave the slowest film behind", [1000, 100, 1, [500, 2000], false], 1000],
  ["goes as far as the slowest film lets it", [1000, 500, 1, [900], false], 1300],
  ["runs without any film", [0, 100, 2, [], false], 200],
]) {
  test(`the clock ${name}`, () => assert.equal(nextTime(...args), wanted));
}

test("the clock never goes back", () => {
  for (const position of [0, 500, 1000, 5000]) assert.ok(nextTime(1000, 100, 1, [position], false) >= 1000);
});

test("the time is the one on the wall of the attempt", () => {
  const ms = Date.UTC(2026, 10, 24, 9, 59, 12);
  assert.equal(wallClock(ms, "Europe/Madrid"), "10:59:12");
  assert.equal(wallClock(ms, "No/Such"), "09:59:12");
});

const TEXTS = { minutes: "{minutes} min {seconds} s", seconds: "{seconds} s" };
for (const [ms, wanted] of [[0, "0 s"], [59_400, "59 s"], [60_000, "1 min 0 s"], [3_072_000, "51 min 12 s"]]) {
  test(`${ms} ms are ${wanted}`, () => assert.equal(lengthWords(ms, TEXTS), wanted));
}

test("without a page there is nothing to start", () => {
  assert.equal(started, null);
  assert.equal(start({ querySelector: () => null, getElementById: () => null }), null);
});

/** A video element that never gets anything. */
function silent() {
  const nothing = () => {};
  return {
    isConnected: true, readyState: 0, paused: true, ended: false, seeking: false, currentTime: 0, duration: NaN, playbackRate: 1,
    addEventListener: nothing, removeAttribute: nothing, getAttribute: () => "film", pause: nothing, load: nothing, after: nothing,
    play: async () => {}, cloneNode: silent,
  };
}

test("a film that does not come within 20 seconds is given up, with its reason, and nobody waits for it any more", async () => {
  const figure = { querySelector: (what) => (what === "video" ? silent() : null), classList: { toggle() {} } };
  const texts = { stays: {}, hole: "" };
  let asked = "";
  const track = makeTrack(figure, [{ url: "/film", begins: 0, ends: 60_000 }], texts, () => {}, async (url) => {
    asked = url;
    return "away";
  });
  track.follow(1000, 1, true, true);
  assert.deepEqual([track.isWaiting(1), track.isWaiting(20_000)], [true, true]);
  assert.equal(track.position(), Infinity);
  assert.equal(track.isWaiting(20_002), false);
  track.follow(2000, 1, true, false);
  assert.equal(track.isWaiting(30_000), false);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([asked, track.troubles()], ["/film", [{ reason: "away", begins: 1000, ends: 60_000 }]]);
});

/** Films that seem to be there; the test sets their state, and they say nothing of themselves. */
function makeFilms() {
  const made = [];
  const make = () => {
    const video = {
      readyState: 4, currentTime: 0, duration: 30, paused: true, ended: false, seeking: false, playbackRate: 1, isConnected: true,
      addEventListener() {}, removeAttribute() {}, getAttribute: () => "", after() {}, pause() {}, load() {}, cloneNode: make,
    };
    made.push(video);
    return video;
  };
  const first = make();
  const hole = { hidden: true, textContent: "" };
  const figure = { dataset: { track: "camera" }, classList: { toggle() {} }, querySelector: (wanted) => (wanted === "video" ? first : hole) };
  return { made, hole, root: { querySelectorAll: () => [figure] } };
}

test("a film that falls silent while it stands is given up as well", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let ms = 0;
  const { made, hole, root } = makeFilms();
  const texts = { hole: "none", stays: { broken: "can’t be played" } };
  const data = { begins: 0, ends: 30_000, zone: "UTC", busy: [], texts, tracks: { camera: [{ url: "/film", begins: 0, ends: 30_000 }] } };
  const player = makePlayer(root, data, () => ms);
  const pass = (span) => {
    for (const end = ms + span; ms < end; ms += 100) mock.timers.tick(100);
  };
  player.seek(18_000);
  pass(1000);
  assert.deepEqual(player.troubles(), []);
  for (const film of made) film.readyState = 1;
  pass(22_000);
  await new Promise((done) => setImmediate(done));
  assert.equal(hole.textContent, "can’t be played");
  mock.timers.reset();
});
