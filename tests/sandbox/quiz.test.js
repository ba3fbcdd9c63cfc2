import assert from "node:assert/strict";
import { test } from "node:test";
import { QUESTIONS, mark, unanswered } from "../../static/sandbox/quiz/marking.js";
import { completedStatement, readLaunch, send } from "../../static/sandbox/quiz/xapi.js";

const RIGHT = { mean: "mean", spread: "same", median: " 7 ", cause: "correlation" };
const ACTOR = { account: { homePage: "https://lms.example", name: "u1" } };
const GIVEN = {
  endpoint: "http://localhost:8000/xapi",
  auth: "Basic abc",
  actor: JSON.stringify(ACTOR),
  registration: "r1",
  activity_id: "https://tool.example/exam",
};
const search = (changes = {}) => `?${new URLSearchParams({ ...GIVEN, ...changes })}`;

test("all right answers make a full score", () => {
  assert.deepEqual(mark(RIGHT), { score: { scaled: 1, raw: 4, min: 0, max: 4 }, success: true, completion: true });
});

test("an empty answer is not right, not even for a number", () => {
  assert.equal(mark({ ...RIGHT, median: "" }).score.raw, 3);
  assert.deepEqual(unanswered({ mean: "mode", median: " " }), ["spread", "median", "cause"]);
  assert.equal(mark({}).success, false);
  assert.equal(QUESTIONS.length, 4);
});

for (const [answer, raw] of [["7,0", 4], ["7.0", 4], ["seven", 3], ["9", 3]]) {
  test(`the median ${answer} gives ${raw} points`, () => assert.equal(mark({ ...RIGHT, median: answer }).score.raw, raw));
}

test("a launch is read and its endpoint ends with a slash", () => {
  const { launch } = readLaunch(search());
  assert.equal(launch.endpoint, "http://localhost:8000/xapi/");
  assert.deepEqual(launch.actor, ACTOR);
});

test("without parameters it is a preview", () => assert.deepEqual(readLaunch(""), { demo: true }));

for (const changes of [{ endpoint: "nowhere" }, { endpoint: "javascript:1" }, { actor: "{" }, { actor: "null" }, { auth: "" }]) {
  test(`a launch with ${JSON.stringify(changes)} can't be used`, () => {
    assert.deepEqual(readLaunch(search(changes)), { problem: true });
  });
}

test("the statement says who completed what and how well", () => {
  const { launch } = readLaunch(search());
  const statement = completedStatement(launch, mark(RIGHT), { id: "s1", timestamp: "2026-11-24T10:00:00Z" });
  assert.equal(statement.verb.id, "http://adlnet.gov/expapi/verbs/completed");
  assert.equal(statement.object.id, GIVEN.activity_id);
  assert.equal(statement.context.registration, "r1");
  assert.equal(statement.result.score.scaled, 1);
});

test("a statement goes to the endpoint with version and authorisation", async () => {
  const { launch } = readLaunch(search());
  const seen = [];
  const fetcher = async (...call) => (seen.push(call), { ok: true, status: 200 });
  assert.equal(await send(launch, { id: "s1" }, fetcher), true);
  const [[address, options]] = seen;
  assert.equal(String(address), "http://localhost:8000/xapi/statements");
  assert.equal(options.headers["X-Experience-API-Version"], "1.0.3");
  assert.equal(options.headers.Authorization, "Basic abc");
});

for (const [answer, saved] of [[{ ok: false, status: 500 }, false], [{ ok: false, status: 409 }, true], [new Error("away"), false]]) {
  test(`an answer ${answer.status ?? "that never comes"} means ${saved ? "saved" : "not saved"}`, async () => {
    const fetcher = async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    };
    assert.equal(await send(readLaunch(search()).launch, {}, fetcher), saved);
  });
}
