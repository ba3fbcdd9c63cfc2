/* The page of the chat for those who watch over an exam: it keeps itself up to date and tells who else has written. */

import { makeConversation } from "../chat/conversation.js";
import { makeSpeaker } from "../chat/speak.js";
import { enableButtons, pageData } from "../dom.js";
import { drawWaiting } from "./unread.js";

const EVERY_MS = 2000;
const HIDDEN_MS = 15_000;
const data = pageData();
const root = document.getElementById("chat");
const box = document.getElementById("speak");
const speaker = box ? makeSpeaker({ box, seconds: data.spokenSeconds, texts: data.speakTexts }) : null;
const conversation = makeConversation({ root, data, csrf: data.csrf, icons: data.icons });
const others = document.getElementById("others");

/** What was recorded goes with the text that tells it as well. */
root.querySelector('[data-part="form"]')?.addEventListener(
  "submit",
  async (event) => {
    if (!speaker?.blob() && !speaker?.isBusy()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (speaker.isBusy()) return conversation.say(data.speakTexts.stopFirst);
    if (!conversation.field.value.trim()) {
      conversation.say(data.speakTexts.needsText);
      return conversation.field.focus();
    }
    if (await conversation.send({ spoken: speaker.blob() })) speaker.drop();
  },
  { capture: true },
);

async function look() {
  const next = await conversation.fetchNews();
  conversation.show(next);
  if (next) drawWaiting(others, next.others, data.waitingTexts);
  await conversation.see();
  setTimeout(look, document.visibilityState === "visible" ? EVERY_MS : HIDDEN_MS);
}

drawWaiting(others, data.others, data.waitingTexts);
document.addEventListener("visibilitychange", conversation.see);
enableButtons();
look();
