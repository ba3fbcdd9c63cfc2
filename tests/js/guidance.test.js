import assert from "node:assert/strict";
import { test } from "node:test";
import { makeGuidance, speak } from "../../static/js/guidance.js";

test("a sentence stands for a while, and is not said twice", () => {
  const guidance = makeGuidance(1500);
  const said = [["closer", 0], ["dark", 500], ["closer", 1000], ["dark", 1600], ["dark", 4000], ["closer", 4000]].map(([s, at]) => guidance.offer(s, at));
  assert.deepEqual(said, ["closer", null, null, "dark", null, "closer"]);
});

test("speech uses the language of the page, and its absence is no problem", () => {
  const spoken = [];
  const world = {
    SpeechSynthesisUtterance: class { constructor(text) { this.text = text; } },
    speechSynthesis: { cancel: () => spoken.push("cancel"), speak: ({ text, lang }) => spoken.push([text, lang]) },
  };
  speak("Acércate un poco", "es", world);
  speak("nobody hears this", "en", {});
  assert.deepEqual(spoken, ["cancel", ["Acércate un poco", "es"]]);
});
