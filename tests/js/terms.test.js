import assert from "node:assert/strict";
import { test } from "node:test";
import { followTerms } from "../../static/js/exam/terms.js";

const list = { items: [], replaceChildren: (...items) => (list.items = items) };
const box = { hidden: true, querySelector: () => list };
const page = { getElementById: () => box };
const strips = { said: [], say: (key, words) => strips.said.push(words.todo), unsay() {} };
const texts = { terms: { changed: "changed", see: "see", none: "none" } };
globalThis.document = { createElement: () => ({}) };

const make = (answers) => {
  const data = { terms: { version: 1 }, texts, metrics: ["b2"] };
  const asked = [];
  const heard = [];
  const fetchTerms = async (url) => (asked.push(url), answers.shift());
  const terms = followTerms({ data, strips, changed: async (next) => heard.push(next.version), fetchTerms, page });
  return { data, asked, heard, terms };
};
const answer = (version, spared = ["a"]) => ({ version, metrics: [], weights: {}, devices: [], tracks: [], snapshotSeconds: null, showsPicture: true, spared });

test("the version that is shown, and a server that tells none, ask for nothing", async () => {
  const { terms, asked } = make([]);
  await terms.heard(1);
  await terms.heard(undefined);
  assert.deepEqual(asked, []);
});
test("another version is fetched once and taken over", async () => {
  const { terms, asked, heard, data } = make([answer(2)]);
  await terms.heard(2);
  await terms.heard(2);
  assert.deepEqual([asked.length, heard, data.metrics, box.hidden], [1, [2], [], false]);
});
test("what could not be fetched is tried again with the next pulse", async () => {
  const { terms, heard } = make([null, answer(2)]);
  await terms.heard(2);
  assert.deepEqual(heard, []);
  await terms.heard(2);
  assert.deepEqual(heard, [2]);
});
test("taken back, the list is gone and the learner is told", async () => {
  const { terms } = make([answer(3, [])]);
  await terms.heard(3);
  assert.deepEqual([box.hidden, strips.said.at(-1)], [true, "none"]);
});
