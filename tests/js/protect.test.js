import assert from "node:assert/strict";
import { test } from "node:test";
import { isHandheld } from "../../static/js/device.js";
import { isAway } from "../../static/js/protect/cover.js";
import { makeToolsWatch } from "../../static/js/protect/devtools.js";
import { isFree, refuse } from "../../static/js/protect/fields.js";
import { isStopped, opensTools } from "../../static/js/protect/hotkeys.js";
import { makeLock } from "../../static/js/protect/lock.js";
import { PROTECTIONS, protectWith } from "../../static/js/protect/table.js";

const inside = (free) => ({ closest: () => (free ? {} : null) });

/** What a document does with listeners, without one. */
function place() {
  const heard = new Map();
  return {
    heard,
    addEventListener: (name, listener) => heard.set(name, listener),
    removeEventListener: (name) => heard.delete(name),
    fire: (name, event) => {
      let stopped = false;
      heard.get(name)?.({ ...event, preventDefault: () => void (stopped = true) });
      return stopped;
    },
  };
}

test("fields stay free, and texts belong to what they are in", () => {
  assert.equal(isFree({ target: inside(true) }), true);
  assert.equal(isFree({ target: inside(false) }), false);
  assert.equal(isFree({ target: { parentElement: inside(true) } }), true);
  assert.equal(isFree({ target: null }), false);
});
test("what is refused is told, and can be given back", () => {
  const document = place();
  let told = 0;
  const stop = refuse(document, ["copy", "cut"], () => void (told += 1));
  assert.equal(document.fire("copy", { target: inside(false) }), true);
  assert.equal(document.fire("copy", { target: inside(true) }), false);
  assert.equal(told, 1);
  stop();
  assert.equal(document.heard.size, 0);
});
test("each protection is on alone, and an unknown name is none", () => {
  for (const name of Object.keys(PROTECTIONS)) {
    const begun = [];
    const table = Object.fromEntries(Object.keys(PROTECTIONS).map((key) => [key, () => (begun.push(key), () => begun.pop())]));
    const stop = protectWith([name, "unknown", "toString"], {}, () => ({}), table);
    assert.deepEqual(begun, [name]);
    stop();
    assert.deepEqual(begun, []);
  }
});

const ctrl = (key, more = {}) => ({ key, code: "", ctrlKey: true, metaKey: false, altKey: false, shiftKey: false, ...more });
for (const [what, event, stopped, tools = false] of [
  ["save", ctrl("s"), true], ["print", ctrl("P", { shiftKey: true }), true], ["source", ctrl("u"), true],
  ["save on a Mac", ctrl("s", { ctrlKey: false, metaKey: true }), true],
  ["save on a Cyrillic keyboard", ctrl("ы", { code: "KeyS" }), true],
  ["the O of a keyboard with other places", ctrl("o", { code: "KeyS" }), false],
  ["tools", ctrl("I", { shiftKey: true }), true, true], ["F12", ctrl("F12", { ctrlKey: false }), true, true],
  ["tools on a Mac", { key: "ˆ", code: "KeyI", metaKey: true, altKey: true, ctrlKey: false, shiftKey: false }, true, true],
  ["a letter", ctrl("s", { ctrlKey: false }), false], ["a sign by AltGr", ctrl("s", { altKey: true }), false],
  ["copy: that is the selection's", ctrl("c"), false], ["paste", ctrl("v"), false], ["find", ctrl("f"), false],
  ["larger", ctrl("+"), false], ["smaller", ctrl("-"), false], ["next tab", ctrl("Tab"), false],
  ["reload", ctrl("F5", { ctrlKey: false }), false], ["caret browsing", ctrl("F7", { ctrlKey: false }), false],
  ["menu key", ctrl("ContextMenu", { ctrlKey: false }), false], ["a screen reader's", ctrl("Insert", { ctrlKey: false }), false],
]) {
  test(`keys, ${what}: ${stopped ? "stopped" : "left alone"}`, () => {
    assert.equal(isStopped(event), stopped);
    assert.equal(opensTools(event), tools);
  });
}

for (const [visibilityState, focus, away] of [["visible", true, false], ["visible", false, true], ["hidden", true, true]]) {
  test(`${visibilityState}, focus ${focus}: away ${away}`, () =>
    assert.equal(isAway({ visibilityState, hasFocus: () => focus }), away));
}

const SIZE = { innerWidth: 1280, innerHeight: 720, outerWidth: 1280, outerHeight: 800, devicePixelRatio: 1, full: false };
for (const [what, keysAt, changed, at, open] of [
  ["docked at the side after its keys", 0, { innerWidth: 800 }, 500, true],
  ["docked below after its keys", 0, { innerHeight: 400 }, 500, true],
  ["a side bar without keys", null, { innerWidth: 800 }, 500, false],
  ["a side bar long after keys", 0, { innerWidth: 800 }, 9000, false],
  ["a thin bar", 0, { innerHeight: 680 }, 500, false],
  ["zoom", 0, { innerWidth: 800, innerHeight: 450, devicePixelRatio: 1.6 }, 500, false],
  ["pinch or another layout, both sides", 0, { innerWidth: 800, innerHeight: 450 }, 500, false],
  ["a smaller window", 0, { innerWidth: 800, outerWidth: 800 }, 500, false],
  ["full screen left", 0, { innerHeight: 500, full: true }, 500, false],
  ["nothing", 0, {}, 500, false],
]) {
  test(`developer tools, ${what}: ${open}`, () => {
    const watch = makeToolsWatch();
    if (keysAt !== null) watch.keys(SIZE, keysAt);
    assert.equal(watch.look({ ...SIZE, ...changed }, at), open);
  });
}
test("developer tools that are closed uncover, and a doubt does too", () => {
  for (const next of [SIZE, { ...SIZE, innerWidth: 800, devicePixelRatio: 2 }]) {
    const watch = makeToolsWatch();
    watch.keys(SIZE, 0);
    assert.equal(watch.look({ ...SIZE, innerWidth: 800 }, 400), true);
    assert.equal(watch.look({ ...SIZE, innerWidth: 800 }, 90_000), true);
    assert.equal(watch.look(next, 90_500), false);
  }
});

/** Looks once a second; `seconds` is a text of what is violated in each, "." for nothing. Upper case: the score is low. */
function locked(seconds, times = { afterMs: 3000, releaseMs: 2000 }) {
  const lock = makeLock(times);
  return [...seconds]
    .map((letter, at) => {
      const violated = letter === "." || letter === "_" ? [] : [letter.toLowerCase()];
      return lock.look({ violated, isBelow: letter !== "." && letter === letter.toUpperCase(), at: at * 1000 });
    })
    .map(({ isLocked, opensIn }) => (!isLocked ? "-" : opensIn === null ? "L" : String(opensIn / 1000)))
    .join("");
}
for (const [what, seconds, states] of [
  ["nothing", ".....", "-----"],
  ["long and low", "AAAAAA", "----LL"],
  ["long but not low", "aaaaaa", "------"],
  ["low later", "aaaaaA", "-----L"],
  ["exactly as long as allowed", "AAAA..", "------"],
  ["two short ones in turn", "AAABBB", "------"],
  ["interrupted", "AA.AAA", "------"],
  ["over: it opens by itself", "AAAAA....", "----L21--"],
  ["a score that stays low holds nobody", "AAAAA____", "----L21--"],
  ["comes back while waiting", "AAAAA.A...", "----L2L21-"],
  ["another one holds it too", "AAAAABB...", "----LLL21-"],
  ["again after it opened", "AAAAA...AAAAA", "----L21-----L"],
]) {
  test(`lock, ${what}`, () => assert.equal(locked(seconds), states));
}
test("the times of the guide: longer than 20 seconds, open 10 seconds after", () => {
  const lock = makeLock({ afterMs: 20_000, releaseMs: 10_000 });
  const isLocked = (violated, at) => lock.look({ violated, isBelow: true, at }).isLocked;
  const states = [[["c2"], 0], [["c2"], 20_000], [["c2"], 20_001], [[], 30_000], [[], 39_999], [[], 40_000]];
  assert.deepEqual(states.map((state) => isLocked(...state)), [false, false, true, true, true, false]);
});
test("the reason is the violation of now", () => {
  const lock = makeLock({ afterMs: 1, releaseMs: 10 });
  const why = (violated, at) => lock.look({ violated, isBelow: true, at }).why;
  assert.deepEqual([why(["c2"], 0), why(["c2", "b2"], 5), why(["b2"], 6), why([], 7), why([], 20)], [null, "c2", "b2", "b2", null]);
});

const device = (coarse, fine, width, share = true) => ({
  matchMedia: (query) => ({ matches: query.includes("any") ? fine : coarse }),
  screen: { width, height: 1200 },
  navigator: { mediaDevices: share ? { getDisplayMedia() {} } : {} },
});
for (const [what, world, wantsScreen, found] of [
  ["phone", device(true, false, 390), false, true], ["tablet", device(true, false, 820), false, true],
  ["computer", device(false, true, 1200), false, false], ["small computer", device(false, true, 600), false, false],
  ["large screen to touch", device(true, false, 1100), false, false], ["tablet with a mouse", device(true, true, 820), false, false],
  ["can't share, not asked to", device(false, true, 1200, false), false, false],
  ["can't share, asked to", device(false, true, 1200, false), true, true],
  ["a browser that tells nothing", {}, false, false],
]) {
  test(`${what}${wantsScreen ? " with a screen to share" : ""}: hint ${found}`, () => assert.equal(isHandheld(world, { wantsScreen }), found));
}
