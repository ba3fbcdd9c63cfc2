/* The chat of the exam window: a panel beside the exam, opened and closed by the learner. What is written to them is told in
   a strip, so that nobody misses it and nothing covers the exam. */

import { setText } from "../dom.js";
import { makeConversation } from "../chat/conversation.js";

/** So often an open panel looks for news by itself; otherwise the pulse brings them. */
const QUICK_MS = 2000;

/** What of a message stands in a strip; all of it is in the panel. */
const SHORT = 160;

/** Answers `{heard}`, to be told the version that each pulse brings. */
export function makeChat({ data, strips, panel, opener, count, csrf, icons }) {
  const { texts } = data;
  let conversation = null;
  let timer = 0;
  let said;

  opener.addEventListener("click", () => (panel.hidden ? open() : close()));
  panel.querySelector('[data-part="close"]').addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("visibilitychange", () => panel.hidden || conversation.see());
  conversation = makeConversation({ root: panel, data, csrf, icons, told });
  told();

  function open() {
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    conversation.toEnd();
    conversation.field.focus();
    timer ||= setInterval(conversation.load, QUICK_MS);
    told();
  }

  function close() {
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    clearInterval(timer);
    timer = 0;
    opener.focus();
  }

  function told() {
    // The first lines are told while the conversation is still being made.
    if (conversation === null) return;
    const unread = conversation.unread();
    setText(count, unread ? String(unread) : "");
    const last = unread && panel.hidden ? conversation.last() : null;
    // Said once: a strip that is put there again is read aloud again.
    if (last?.key !== said) strips.unsay("chat");
    if (unread && !panel.hidden) conversation.see();
    if (!last || last.key === said) return void (said = last?.key);
    said = last.key;
    strips.say("chat", { tone: "on", icon: "chat", what: texts.news, todo: shortened(last?.text ?? ""), action: { words: texts.open, press: open } });
  }

  return {
    heard(version) {
      if (version !== undefined && version !== conversation.version()) conversation.load();
    },
  };
}

const shortened = (text) => (text.length > SHORT ? `${text.slice(0, SHORT).trimEnd()}…` : text);
