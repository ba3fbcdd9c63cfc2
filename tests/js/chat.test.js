import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "../../static/js/chat/conversation.js";
import { post } from "../../static/js/posting.js";

const WORDS = { closed: "closed", tooMany: "too many", away: "away", long: "long", refused: "refused" };

for (const [answer, wanted] of [
  [{ code: 200, data: {} }, null],
  [{ code: 0, data: null }, "away"],
  [{ code: 502, data: null }, "away"],
  [{ code: 401, data: null }, "away"],
  [{ code: 409, data: null }, "closed"],
  [{ code: 413, data: null }, "refused"],
  [{ code: 429, data: null }, "too many"],
  [{ code: 422, data: { problem: "message_long" } }, "long"],
  [{ code: 422, data: { problem: "message_key" } }, "refused"],
  [{ code: 422, data: null }, "refused"],
]) {
  test(`an answer ${JSON.stringify(answer)} says ${wanted}`, () => assert.equal(problemOf(answer, WORDS), wanted));
}

const answering = (answer) => ({ fetch: async (_url, asked) => ((answering.asked = asked), answer()) });

test("a message goes as a form with its token, and the answer is read", async () => {
  const world = answering(() => new Response('{"version": 3}', { headers: { "Content-Type": "application/json" } }));
  assert.deepEqual(await post("/messages", { text: "Hello", key: "k" }, "token", { world }), { code: 200, data: { version: 3 } });
  assert.equal(answering.asked.headers["X-CSRFToken"], "token");
  assert.equal(answering.asked.body.get("text"), "Hello");
});

test("a page in place of data is no data, and a dead line is code 0", async () => {
  const page = answering(() => new Response("<html>", { status: 502, headers: { "Content-Type": "text/html" } }));
  assert.deepEqual(await post("/messages", {}, "", { world: page }), { code: 502, data: null });
  const dead = answering(() => { throw new TypeError("Failed to fetch"); });
  assert.deepEqual(await post("/messages", {}, "", { world: dead }), { code: 0, data: null });
});
