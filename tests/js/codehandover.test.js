import assert from "node:assert/strict";
import { test } from "node:test";
import { ASK, GIVE, answerWithCode, fetchCode } from "../../static/js/codehandover.js";

const ORIGIN = "https://quiz.example";

function setUp(codes = ["sesame"]) {
  const given = [];
  const frame = { postMessage: (message, origin) => given.push([message, origin]) };
  let hear = null;
  let asked = 0;
  const world = { addEventListener: (_name, listener) => { hear = listener; } };
  const ask = async () => codes[Math.min(asked++, codes.length - 1)];
  answerWithCode({ frame: () => frame, origin: ORIGIN, ask, world });
  const say = (more = {}) => hear({ source: frame, origin: ORIGIN, data: { type: ASK }, ...more });
  return { say, given, asked: () => asked };
}

test("the framed page gets the code at its own origin", async () => {
  const { say, given } = setUp();
  await say();
  assert.deepEqual(given, [[{ type: GIVE, code: "sesame" }, ORIGIN]]);
});

test("asked twice, the code is fetched once", async () => {
  const { say, given, asked } = setUp();
  await say();
  await say();
  assert.equal(asked(), 1);
  assert.equal(given.length, 2);
});

test("a code that could not be fetched is asked for again", async () => {
  const { say, given } = setUp([null, "sesame"]);
  await say();
  assert.deepEqual(given, []);
  await say();
  assert.equal(given.length, 1);
});

for (const [what, more] of [
  ["another window", { source: {} }],
  ["another origin", { origin: "https://evil.example" }],
  ["a shut-in page", { origin: "null" }],
  ["another message", { data: { type: "hello" } }],
  ["no message", { data: null }],
]) {
  test(`${what} gets nothing`, async () => {
    const { say, given, asked } = setUp();
    await say(more);
    assert.deepEqual(given, []);
    assert.equal(asked(), 0);
  });
}

for (const [what, fetcher, wanted] of [
  ["an answer", async () => ({ ok: true, json: async () => ({ code: "sesame" }) }), "sesame"],
  ["a refusal", async () => ({ ok: false }), null],
  ["no connection", async () => { throw new TypeError("away"); }, null],
]) {
  test(`the server's code: ${what}`, async () => assert.equal(await fetchCode("/code", "t", { fetch: fetcher }), wanted));
}
