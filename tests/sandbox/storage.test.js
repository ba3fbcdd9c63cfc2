import assert from "node:assert/strict";
import { test } from "node:test";
import { answerTo } from "../../static/sandbox/storage-answers.js";

const page = (more = {}) => ({ kept: new Map(), frame: "", isFrame: false, ...more });
const ask = (subject, more = {}) => ({ subject, message_id: "m1", ...more });

test("capabilities name what can be asked", () => {
  const answer = answerTo(ask("lti.capabilities"), page());
  assert.equal(answer.subject, "lti.capabilities.response");
  assert.equal(answer.message_id, "m1");
  assert.deepEqual(answer.supported_messages, [
    { subject: "lti.capabilities" },
    { subject: "lti.put_data" },
    { subject: "lti.get_data" },
  ]);
});

test("capabilities name the frame that keeps the data", () => {
  const { supported_messages: messages } = answerTo(ask("lti.capabilities"), page({ frame: "lti_store" }));
  assert.deepEqual(messages[1], { subject: "lti.put_data", frame: "lti_store" });
  assert.equal(messages[0].frame, undefined);
});

test("what was put can be read again", () => {
  const place = page();
  const put = answerTo(ask("lti.put_data", { key: "state_1", value: "abc" }), place);
  assert.deepEqual(put, { subject: "lti.put_data.response", message_id: "m1", key: "state_1", value: "abc" });
  const got = answerTo({ subject: "lti.get_data", message_id: "m2", key: "state_1" }, place);
  assert.deepEqual(got, { subject: "lti.get_data.response", message_id: "m2", key: "state_1", value: "abc" });
});

test("what nobody put is null", () => {
  assert.equal(answerTo(ask("lti.get_data", { key: "k" }), page()).value, null);
});

test("null takes a value away", () => {
  const place = page({ kept: new Map([["k", "v"]]) });
  assert.equal(answerTo(ask("lti.put_data", { key: "k", value: null }), place).value, null);
  assert.equal(place.kept.has("k"), false);
});

for (const [name, message, code] of [
  ["no message_id", { subject: "lti.get_data", key: "k" }, "bad_request"],
  ["no key", ask("lti.get_data"), "bad_request"],
  ["a key that is a number", ask("lti.put_data", { key: 1, value: "v" }), "bad_request"],
  ["a value that is an object", ask("lti.put_data", { key: "k", value: {} }), "bad_request"],
  ["a subject that is not known", ask("lti.scroll"), "unsupported_subject"],
  ["far too much", ask("lti.put_data", { key: "k", value: "x".repeat(70_000) }), "storage_exhaustion"],
]) {
  test(`${name} is answered with ${code}`, () => {
    const place = page({ kept: new Map([["k", "before"]]) });
    const answer = answerTo(message, place);
    assert.equal(answer.error.code, code);
    assert.equal(typeof answer.error.message, "string");
    assert.equal(answer.subject, `${message.subject}.response`);
    assert.equal(place.kept.get("k"), "before");
  });
}

for (const message of [null, "lti.get_data", 5, {}, { subject: "org.imsglobal.lti.close" }, ask("lti.get_data.response")]) {
  test(`${JSON.stringify(message)} is none of ours`, () => assert.equal(answerTo(message, page()), null));
}

test("the page sends askers to the frame, the frame keeps the data", () => {
  const put = ask("lti.put_data", { key: "k", value: "v" });
  assert.equal(answerTo(put, page({ frame: "lti_store" })).error.code, "unsupported_subject");
  assert.equal(answerTo(put, page({ frame: "lti_store", isFrame: true })).value, "v");
});
