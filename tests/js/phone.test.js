import assert from "node:assert/strict";
import { test } from "node:test";

import { keepAwake } from "../../static/js/awake.js";
import { fetchLink } from "../../static/js/phone/link.js";
import { nextOf, secretOf, stateOf } from "../../static/js/phone/state.js";
import { nextTurn, sendTurn } from "../../static/js/room.js";

const SECRET = "abcDEF123_-".repeat(4).slice(0, 43);

test("the learner's page says what is known of the phone", () => {
  for (const [answer, state] of [
    [null, "away"],
    [{ joined: false, connected: false }, "waiting"],
    [{ joined: true, connected: false }, "joined"],
    [{ joined: true, connected: true }, "connected"],
  ]) {
    assert.equal(stateOf(answer), state);
  }
});

test("a phone goes on, waits for its line, or is over", () => {
  for (const [answer, next] of [
    [{ code: 200, data: { place: "before" } }, "on"],
    [{ code: 200, data: { place: "paused" } }, "on"],
    [{ code: 200, data: { place: "over" } }, "over"],
    [{ code: 403, data: null }, "over"],
    [{ code: 400, data: null }, "over"],
    [{ code: 429, data: null }, "away"],
    [{ code: 503, data: null }, "away"],
    [{ code: 0, data: null }, "away"],
  ]) {
    assert.equal(nextOf(answer), next, JSON.stringify(answer));
  }
});

test("only what can be a secret is taken from an address", () => {
  assert.equal(secretOf(`#${SECRET}`), SECRET);
  for (const hash of ["", "#", "#main", "#short", `#${SECRET}/x`, `#${SECRET} `, `#${"a".repeat(101)}`, "#<script>alert(1)</script>"]) {
    assert.equal(secretOf(hash), "");
  }
});

test("a link comes as a piece of a page, or not at all", async () => {
  const sent = [];
  const world = (answer) => ({ fetch: async (...asked) => (sent.push(asked), answer()) });
  assert.equal(await fetchLink("/l", "t", world(() => ({ ok: true, text: async () => "<p>" }))), "<p>");
  assert.deepEqual([sent[0][0], sent[0][1].method, sent[0][1].headers], ["/l", "POST", { "X-CSRFToken": "t" }]);
  assert.equal(await fetchLink("/l", "t", world(() => ({ ok: false }))), null);
  assert.equal(await fetchLink("/l", "t", world(() => Promise.reject(new Error("away")))), null);
});

const TURNS = [{ key: "desk" }, { key: "left" }, { key: "right" }];

test("the first turn without a picture is next", () => {
  assert.equal(nextTurn(TURNS, []).key, "desk");
  assert.equal(nextTurn(TURNS, ["desk", "right"]).key, "left");
  assert.equal(nextTurn(TURNS, ["right", "left", "desk"]), null);
});

test("the picture of a turn is sent, and what does not arrive is told", async () => {
  const asked = [];
  const world = (answer) => ({ fetch: async (url, options) => (asked.push({ url, ...options }), answer()) });
  assert.deepEqual(await sendTurn("/room/", "t", "left", "jpeg", world(() => ({ ok: true, json: async () => ({ room: ["left"] }) }))), ["left"]);
  assert.equal(asked[0].url, "/room/left");
  assert.equal(asked[0].body, "jpeg");
  assert.equal(await sendTurn("/room/", "t", "left", "jpeg", world(() => ({ ok: false }))), null);
  assert.equal(await sendTurn("/room/", "t", "left", "jpeg", world(() => Promise.reject(new Error("away")))), null);
});

function makePage(visibilityState = "visible") {
  const heard = new Set();
  return {
    visibilityState,
    addEventListener: (_, listener) => heard.add(listener),
    removeEventListener: (_, listener) => heard.delete(listener),
    async change(state) {
      this.visibilityState = state;
      for (const listener of heard) await listener();
    },
  };
}

test("the screen is kept on while the page is in front, and sleeps after", async () => {
  const page = makePage();
  let n = 0;
  let released = 0;
  const awake = keepAwake(page, { request: async () => (n++, { release: () => released++ }) });
  await page.change("hidden");
  assert.equal(n, 1);
  await page.change("visible");
  assert.equal(n, 2);
  awake.stop();
  assert.equal(released, 1);
  await page.change("visible");
  assert.equal(n, 2);
});

test("a browser that can't keep the screen on, or refuses, breaks nothing", async () => {
  const page = makePage();
  keepAwake(page, undefined).stop();
  const awake = keepAwake(page, { request: () => Promise.reject(new Error("battery")) });
  await page.change("visible");
  awake.stop();
});
