import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, heldNext, until } from "../../static/js/looking.js";

const here = { status: "download_software_clicked", place: "face:different" };

for (const [what, answer, wanted] of [
  ["nothing came", null, "away"],
  ["nothing changed", { status: here.status, held: here.place }, "wait"],
  ["a person let the learner through", { status: here.status, held: null }, "on"],
  ["the set-up is finished", { status: "ready_to_start", held: null }, "on"],
  ["the photo was looked at", { status: here.status, held: "face:none" }, "news"],
  ["another step holds", { status: here.status, held: "passport:differs" }, "news"],
]) {
  test(`${what}: ${wanted}`, () => assert.equal(heldNext(answer, here), wanted));
}

const world = (...answers) => ({
  asked: 0,
  setTimeout: (go) => setImmediate(go),
  async fetch() {
    const answer = answers[Math.min(this.asked, answers.length - 1)];
    this.asked += 1;
    if (answer instanceof Error) throw answer;
    return { ok: answer !== null, json: async () => answer };
  },
});

test("an answer that is none, and a lost connection, are nothing", async () => {
  assert.equal(await ask("/x", world(null)), null);
  assert.equal(await ask("/x", world(new TypeError("lost"))), null);
  assert.deepEqual(await ask("/x", world({ a: 1 })), { a: 1 });
});

test("it is asked until it is known", async () => {
  const there = world({ look: "waiting" }, new TypeError("lost"), { look: "one" });
  assert.deepEqual(await until(({ look }) => look !== "waiting", "/x", { world: there }), { look: "one" });
  assert.equal(there.asked, 3);
});

test("it is not asked for ever", async () => {
  const there = world({ look: "waiting" });
  assert.equal(await until(({ look }) => look !== "waiting", "/x", { tries: 5, world: there }), null);
  assert.equal(there.asked, 5);
});
