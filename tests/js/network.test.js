import assert from "node:assert/strict";
import { test } from "node:test";
import { mbits, measure, problemOfSpeed } from "../../static/js/network.js";

for (const [bytes, ms, wanted] of [[300_000, 50, 48], [150_000, 1000, 1.2], [150_000, 0, 1200], [150_000, -5, 1200]]) {
  test(`${bytes} bytes in ${ms} ms are ${wanted} Mbit/s`, () => assert.equal(mbits(bytes, ms), wanted));
}

for (const [up, wanted] of [[0.1, "slow"], [0.29, "slow"], [0.3, null], [12, null]]) {
  test(`${up} Mbit/s up is ${wanted ?? "enough"}`, () => assert.equal(problemOfSpeed({ up }), wanted));
}

const urls = { smallUrl: "/small", downUrl: "/down", upUrl: "/up", csrf: "token" };

/** A network where each address takes its time. */
function world(takes, ok = true) {
  let now = 0;
  const asked = [];
  return {
    asked,
    performance: { now: () => now },
    async fetch(url, options) {
      asked.push([options.method ?? "GET", url, options.headers?.["X-CSRFToken"]]);
      now += takes[url];
      return { ok, arrayBuffer: async () => {} };
    },
  };
}

test("a connection is measured both ways", async () => {
  const lan = world({ "/small": 40, "/down": 50, "/up": 100 });
  assert.deepEqual(await measure(urls, lan), { up: 12, down: 48, delay: 40 });
  assert.deepEqual(lan.asked.at(-1), ["POST", "/up", "token"]);
});

test("no answer and an error are the same to the learner", async () => {
  assert.deepEqual(await measure(urls, world({ "/small": 1 }, false)), { problem: "away" });
  const dead = { performance, fetch: async () => { throw new TypeError(); } };
  assert.deepEqual(await measure(urls, dead), { problem: "away" });
});
