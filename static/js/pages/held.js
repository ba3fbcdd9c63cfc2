/* Held at a step: ask every few seconds whether a person, or the look at the photo, lets the learner go on. */

import { pageData, setText } from "../dom.js";
import { loadAnew } from "../leaving.js";
import { ask, heldNext } from "../looking.js";
import { beat } from "../pulse.js";

const EVERY_MS = 3000;
/** So long an announcement stays, for those who hear it. */
const READ_MS = 2000;
const data = pageData();
const said = document.getElementById("said");
let isLeaving = false;

const heart = beat(EVERY_MS, async () => {
  if (isLeaving) return;
  const next = heldNext(await ask(data.stateUrl), data);
  if (next === "wait") setText(said, data.texts.waiting);
  else setText(said, data.texts[next]);
  if (next === "on" || next === "news") leave();
});
window.addEventListener("online", heart.now);

function leave() {
  isLeaving = true;
  setTimeout(() => loadAnew(), READ_MS);
}
