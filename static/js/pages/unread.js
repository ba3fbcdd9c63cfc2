/* Who has written in the chat and waits for somebody to read it: a notice that keeps itself up to date. */

import { make, pageData } from "../dom.js";
import { format } from "../format.js";
import { ask } from "../looking.js";

const EVERY_MS = 5000;
const HIDDEN_MS = 30_000;

/** `waiting` are `{name, n, url}`. */
export function drawWaiting(box, waiting, texts) {
  const key = JSON.stringify(waiting);
  if (!box || box.dataset.shown === key) return;
  box.dataset.shown = key;
  box.hidden = !waiting.length;
  box.querySelector("ul").replaceChildren(
    ...waiting.map(({ name, n, url }) => {
      const row = make("li");
      const link = make("a");
      link.href = url;
      link.append(make("bdi", "", name));
      row.append(link, ` ${format(texts.n, { n })}`);
      return row;
    }),
  );
}

const box = document.getElementById("unread");
if (box) {
  const { url, texts } = pageData("unread-data");
  const look = async () => {
    const found = await ask(url);
    if (found) drawWaiting(box, found.waiting, texts);
    setTimeout(look, document.visibilityState === "visible" ? EVERY_MS : HIDDEN_MS);
  };
  setTimeout(look, EVERY_MS);
}
