import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf, summaryOf, ticksOf } from "../../static/js/choice.js";

const data = {
  own: "own",
  presets: { honour: ["rules"], recorded: ["rules", "check", "face"] },
  metrics: { recorded: ["b2"] },
  camera: ["face", "passport", "preview"],
  steps: ["rules", "check", "face", "passport"],
  high: ["screen", "passport"],
  middle: ["face", "preview"],
  words: { 1: "w1", 2: "w2", 3: "w3" },
  levels: { 1: "low", 2: "middle", 3: "high" },
  needs: { camera: "a camera", none: "a browser", phone: "a phone" },
};

for (const [addons, wanted] of [[[], 1], [["rules", "finish"], 1], [["preview"], 2], [["face", "screen"], 3], [["passport"], 3]]) {
  test(`${addons.join(" and ") || "nothing"} is level ${wanted}`, () => assert.equal(levelOf(addons, data), wanted));
}

for (const [addons, wanted] of [
  [["rules"], { level: 1, levelWords: "low", words: "w1", needs: "a browser", steps: 1 }],
  [["rules", "face", "preview"], { level: 2, levelWords: "middle", words: "w2", needs: "a camera", steps: 2 }],
  [["screen"], { level: 3, levelWords: "high", words: "w3", needs: "a browser", steps: 0 }],
  [["preview", "qrcode"], { level: 2, levelWords: "middle", words: "w2", needs: "a camera a phone", steps: 0 }],
]) {
  test(`the summary of ${addons.join(", ")}`, () => assert.deepEqual(summaryOf(addons, data), wanted));
}

for (const [preset, wanted] of [
  ["recorded", { addons: ["rules", "check", "face"], metrics: ["b2"] }],
  ["honour", { addons: ["rules"], metrics: [] }],
  ["own", null],
  ["unheard", null],
]) {
  test(`${preset} ticks ${wanted ? wanted.addons.join(", ") : "nothing"}`, () => assert.deepEqual(ticksOf(preset, data), wanted));
}
