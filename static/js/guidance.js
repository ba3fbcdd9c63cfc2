/* Sentences that do not flicker: a new one only after the old one has stood for a while. Pure but for speech. */

export const STANDS_MS = 1500;

/** `offer(sentence, at)` answers the sentence when it is to be shown now, otherwise null. */
export function makeGuidance(standsMs = STANDS_MS) {
  let shown = null;
  let since = -Infinity;
  return {
    offer(sentence, at) {
      if (sentence === shown || at - since < standsMs) return null;
      shown = sentence;
      since = at;
      return sentence;
    },
  };
}

/** Says it aloud, in the language of the page; the newest sentence wins. */
export function speak(sentence, language, world = globalThis) {
  if (!world.speechSynthesis) return;
  world.speechSynthesis.cancel();
  const spoken = new world.SpeechSynthesisUtterance(sentence);
  spoken.lang = language;
  world.speechSynthesis.speak(spoken);
}
