/* Which films can't be shown, and why, in words below them. */

import { format } from "../format.js";
import { wallClock } from "./player.js";

/** How long the server is asked, in milliseconds. */
const ANSWER = 5000;

/** What is the matter with a film that does not play: it is `gone` or refused, its server is `away`, else it is `broken`. */
export async function reasonOf(url, ask = globalThis.fetch) {
  try {
    const answer = await ask(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(ANSWER) });
    if (answer.ok) return "broken";
    return answer.status >= 500 || answer.status === 429 ? "away" : "gone";
  } catch {
    return "away";
  }
}

export function bindTroubles(root, player, data) {
  const box = root.querySelector('[data-part="troubles"]');
  if (!box) return;
  const said = box.querySelector('[data-part="troubles-said"]');

  function wordsOf({ track, reason, begins, ends }) {
    const film = root.querySelector(`[data-track="${track}"] figcaption`).textContent;
    return format(data.texts.troubles[reason], { film, begins: wallClock(begins, data.zone), ends: wallClock(ends, data.zone) });
  }

  function tell() {
    const lines = player.troubles().filter((trouble) => trouble.reason).map(wordsOf);
    box.hidden = !lines.length;
    // Said once: a live region is read aloud whenever it is written.
    if (lines.join("\n") === [...said.children].map((line) => line.textContent).join("\n")) return;
    said.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  }

  player.set({ reasonOf });
  player.onTroubles(tell);
  tell();
}
