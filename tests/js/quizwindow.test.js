import assert from "node:assert/strict";
import { test } from "node:test";
import { SOON_MS, makeDoubt, makeQuizWindow } from "../../static/js/quizwindow.js";

const URL_ = "https://lms.example/quiz";

function makeStorage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

/** A browser that opens windows, and a clock. */
function setUp({ blocks = false, storage = makeStorage() } = {}) {
  const opened = [];
  const time = { now: 1000 };
  const world = {
    open(url, name, features) {
      if (blocks) return null;
      const made = { url, name, features, opener: world, location: { href: url }, closed: false, focused: 0 };
      made.focus = () => { made.focused += 1; };
      opened.push(made);
      return made;
    },
  };
  const quiz = makeQuizWindow({ url: URL_, key: "quiz-7", world, storage, now: () => time.now });
  return { quiz, opened, time, storage, world };
}

test("before a press nothing is open and nothing is in doubt", () => {
  const { quiz, opened } = setUp();
  assert.equal(quiz.look(), "never");
  assert.equal(makeDoubt(quiz)("b2"), false);
  assert.equal(opened.length, 0);
});

test("a press opens the quiz without a way back to us", () => {
  const { quiz, opened } = setUp();
  assert.equal(quiz.press(), "open");
  assert.equal(opened[0].opener, null);
  assert.equal(opened[0].location.href, URL_);
  assert.equal(opened[0].url, "");
  assert.match(opened[0].features, /popup/);
});

test("a second press brings the same window to the front", () => {
  const { quiz, opened } = setUp();
  quiz.press();
  quiz.press();
  assert.equal(opened.length, 1);
  assert.equal(opened[0].focused, 1);
});

test("a window that was closed is noticed, and can be opened again under another name", () => {
  const { quiz, opened, time } = setUp();
  quiz.press();
  time.now += SOON_MS;
  assert.equal(quiz.look(), "open");
  opened[0].closed = true;
  assert.equal(quiz.look(), "closed");
  assert.equal(quiz.press(), "open");
  assert.notEqual(opened[0].name, opened[1].name);
});

test("a press on a window that was closed a moment ago opens it again", () => {
  const { quiz, opened } = setUp();
  quiz.press();
  opened[0].closed = true;
  quiz.press();
  assert.equal(opened.length, 2);
});

test("a quiz that shuts itself off looks closed at once, and nothing is concluded", () => {
  const { quiz, opened, time } = setUp();
  quiz.press();
  time.now += SOON_MS - 1;
  opened[0].closed = true;
  assert.equal(quiz.look(), "maybe");
  assert.equal(quiz.mayBeInFront(), true);
});

test("the learner may say that it is still open", () => {
  const { quiz, opened, time } = setUp();
  quiz.press();
  time.now += SOON_MS;
  opened[0].closed = true;
  quiz.look();
  assert.equal(quiz.mayBeInFront(), false);
  assert.equal(quiz.insist(), "maybe");
  assert.equal(quiz.mayBeInFront(), true);
});

test("after a reload it may be open, and another press does not reuse its window", () => {
  const { quiz, opened, storage } = setUp();
  quiz.press();
  const after = setUp({ storage });
  assert.equal(after.quiz.look(), "maybe");
  after.quiz.press();
  assert.notEqual(after.opened[0].name, opened[0].name);
});

test("a blocked window is told and changes nothing", () => {
  const { quiz, storage } = setUp({ blocks: true });
  assert.equal(quiz.press(), "blocked");
  assert.equal(quiz.mayBeInFront(), false);
  assert.equal(storage.getItem("quiz-7"), null);
});

for (const [metric, doubted] of [["b2", true], ["b3", true], ["s2", false], ["n1", false], ["b1", false]]) {
  test(`${metric} is ${doubted ? "" : "not "}in doubt while the quiz may be in front`, () => {
    const { quiz } = setUp();
    quiz.press();
    assert.equal(makeDoubt(quiz)(metric), doubted);
  });
}
