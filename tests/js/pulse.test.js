import assert from "node:assert/strict";
import { test } from "node:test";
import { START, afterPulse, beat, decide, sendPulse } from "../../static/js/pulse.js";

const good = { ok: true, ms: 50, at: 0 };
const late = { ok: true, ms: 4000, at: 0 };
const lost = (at) => ({ ok: false, at });
for (const [what, pulses, wanted] of [
  ["a good pulse", [good], { state: "connected", failures: 0, since: null, back: false }],
  ["a late pulse", [late], { state: "slow", failures: 0, since: null, back: false }],
  ["one lost pulse", [good, lost(5)], { state: "slow", failures: 1, since: 5, back: false }],
  ["two lost pulses", [lost(5), lost(10)], { state: "away", failures: 2, since: 5, back: false }],
  ["many lost pulses", [lost(5), lost(10), lost(15)], { state: "away", failures: 3, since: 5, back: false }],
  ["the connection coming back", [lost(5), lost(10), good], { state: "connected", failures: 0, since: null, back: true }],
  ["the pulse after that", [lost(5), lost(10), good, good], { state: "connected", failures: 0, since: null, back: false }],
]) {
  test(`${what}: ${wanted.state}`, () => assert.deepEqual(pulses.reduce(afterPulse, START), wanted));
}

for (const [code, data, wanted] of [
  [200, { status: "started" }, "go on"],
  [200, { status: "paused" }, "reload"],
  [200, null, "failed"],
  [0, null, "failed"],
  [503, null, "failed"],
  [409, null, "failed"],
  [400, null, "reload"],
  [401, null, "reload"],
  [403, null, "reload"],
  [404, null, "reload"],
]) {
  test(`an answer ${code} ${data?.status ?? ""}: ${wanted}`, () => assert.equal(decide({ code, data }, "started"), wanted));
}

test("a pulse carries the token and never throws", async () => {
  const sent = [];
  const fetch = async (url, options) => (sent.push([url, options.method, options.headers]), { status: 200, ok: true, json: async () => ({ status: "started" }) });
  assert.deepEqual(await sendPulse("/pulse", "token", null, { fetch }), { code: 200, data: { status: "started" } });
  assert.deepEqual(sent, [["/pulse", "POST", { "X-CSRFToken": "token" }]]);
  assert.deepEqual(await sendPulse("/pulse", "token", null, { fetch: async () => { throw new TypeError(); } }), { code: 0, data: null });
});

test("pulses never overlap, and one more is sent at once when asked", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let begun = 0;
  let end = null;
  const heart = beat(5000, () => new Promise((resolve) => { begun += 1; end = resolve; }));
  t.mock.timers.tick(5000);
  assert.equal(begun, 1);
  heart.now();
  t.mock.timers.tick(20_000);
  assert.equal(begun, 1, "the first is still on its way");
  end();
  await new Promise((resolve) => setImmediate(resolve));
  heart.now();
  assert.equal(begun, 2);
});
