import assert from "node:assert/strict";
import { test } from "node:test";
import { firstOpen, toSend, wordsOf } from "../../static/js/findings.js";

test("what is sent has result and detail of each check, nothing else", () => {
  const sent = toSend({ browser: { result: "fine", detail: "Firefox 146", more: 1 }, camera: { result: "refused" } });
  assert.deepEqual(JSON.parse(sent), { browser: { result: "fine", detail: "Firefox 146" }, camera: { result: "refused", detail: "" } });
});

const CHECKS = ["browser", "network", "microphone"];
const fine = { result: "fine" };
for (const [what, results, wanted] of [
  ["nothing yet", {}, "browser"],
  ["one problem", { browser: fine, network: { result: "slow" }, microphone: fine }, "network"],
  ["all fine", { browser: fine, network: fine, microphone: fine }, null],
]) {
  test(`${what}: ${wanted ?? "nothing"} is open first`, () => assert.equal(firstOpen(CHECKS, results), wanted));
}

const texts = {
  allow: { firefox: "fox", other: "any" },
  problems: {
    any: { unknown: { said: "?", remedies: ["reload"] }, insecure: { said: "http", remedies: [] } },
    camera: { refused: { said: "not yet", allow: true, remedies: ["settings"] }, missing: { said: "none", remedies: ["plug"] } },
  },
};
for (const [check, code, family, wanted] of [
  ["camera", "refused", "firefox", { said: "not yet", remedies: ["fox", "settings"] }],
  ["camera", "refused", "chromium", { said: "not yet", remedies: ["any", "settings"] }],
  ["camera", "missing", "firefox", { said: "none", remedies: ["plug"] }],
  ["camera", "insecure", "firefox", { said: "http", remedies: [] }],
  ["camera", "never heard of", "firefox", { said: "?", remedies: ["reload"] }],
  ["screen", "unknown", "safari", { said: "?", remedies: ["reload"] }],
]) {
  test(`words of ${check} ${code} in ${family}`, () => assert.deepEqual(wordsOf(texts, check, code, family), wanted));
}
