/* Waiting for a booked time: a clock where it is less than a day, and the next page by itself. */

import { makeCountdown } from "../countdown.js";
import { pageData, setText } from "../dom.js";
import { clock } from "../format.js";
import { loadAnew } from "../leaving.js";
import { ask, heldNext } from "../looking.js";
import { beat } from "../pulse.js";

const DAY = 86_400;
/** So often the server is asked, in case that the time was changed elsewhere or this computer slept. */
const ASK_EVERY = 60;
/** So long an announcement stays, for those who hear it. */
const READ_MS = 2000;
const data = pageData();
const digits = document.getElementById("left");
const said = document.getElementById("said");
const countdown = makeCountdown(data.secondsLeft, () => performance.now());
let askedAt = data.secondsLeft;
let isLeaving = false;

const heart = beat(1000, async () => {
  if (isLeaving) return;
  const left = countdown.left();
  if (digits && left < DAY) setText(digits, clock(left));
  if (left === 0 || askedAt - left >= ASK_EVERY) await look(left);
});

async function look(left = countdown.left()) {
  askedAt = left;
  const next = heldNext(await ask(data.stateUrl), data);
  if (next === "away") setText(said, data.texts.away);
  if (next !== "on" && next !== "news") return;
  isLeaving = true;
  setText(said, data.texts[next]);
  setTimeout(() => loadAnew(), READ_MS);
}

window.addEventListener("online", () => look());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && !isLeaving) look();
});
heart.now();
