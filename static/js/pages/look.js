/* Under a photo that was just kept: what was seen on it, as soon as it is known. Going on needs no waiting. */

import { setTone } from "../dom.js";
import { until } from "../looking.js";

const WAITING = "waiting";

/** `notice` holds the words of now; the page holds those of every answer as templates. */
export async function watchLook(notice) {
  if (notice?.dataset.look !== WAITING) return;
  const answer = await until(({ look }) => look !== WAITING, notice.dataset.url);
  say(notice, answer?.look ?? "unknown");
}

function say(notice, look) {
  const words = document.querySelector(`template[data-look="${look}"]`);
  if (!words) return;
  setTone(notice, words.dataset.tone);
  notice.replaceChildren(words.content.cloneNode(true));
  notice.dataset.look = look;
}
