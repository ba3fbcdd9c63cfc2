import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "../../static/js/exam/files.js";

const words = { file_too_large: "large", pdf_broken: "broken", other: "other", away: "away", closed: "closed" };
const cases = [
  ["went well", { code: 200, data: {} }, null],
  ["too large for the server", { code: 413, data: null }, "large"],
  ["a code that has words", { code: 422, data: { problem: "pdf_broken" } }, "broken"],
  ["a code without words", { code: 422, data: { problem: "something" } }, "other"],
  ["the exam is over", { code: 409, data: null }, "closed"],
  ["no answer", { code: 0, data: null }, "away"],
  ["too many at once", { code: 429, data: null }, "away"],
];
for (const [name, answer, said] of cases) test(`an attached file: ${name}`, () => assert.equal(problemOf(answer, words), said));
