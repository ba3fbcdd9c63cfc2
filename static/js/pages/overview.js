/* The look around the room on the computer: by its own camera, or watching what the phone sends. */

import { pageData } from "../dom.js";
import { ask } from "../looking.js";
import { beat } from "../pulse.js";
import { nextTurn } from "../room.js";
import { makeBooth } from "./booth.js";
import { makeTurns } from "./turns.js";

const EVERY_MS = 2000;
const data = pageData();
const by = (id) => document.getElementById(id);
const turns = makeTurns(data, changed);
let booth = null;

if (data.byPhone) {
  const heart = beat(EVERY_MS, async () => {
    const answer = await ask(data.stateUrl);
    if (answer) turns.show(answer.room);
  });
  window.addEventListener("online", heart.now);
} else {
  booth = makeBooth({ options: {}, texts: data.texts, onLive: live });
  by("shoot").addEventListener("click", () => turns.shoot(booth.video));
  by("booth").hidden = isComplete(data.done);
}

function live() {
  turns.tell();
  by("shoot").focus();
}

function isComplete(done) {
  return nextTurn(data.turns, done) === null;
}

function changed(done) {
  by("room-done").hidden = !isComplete(done);
  if (isComplete(done) && booth) {
    booth.stop();
    by("booth").hidden = true;
    by("room-done-title").focus();
  }
  showKept();
}

/** The pictures as the server shows them. */
async function showKept() {
  try {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(8000) });
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const kept = parsed.getElementById("room-kept");
    if (kept) by("room-kept").replaceChildren(...kept.children);
  } catch {
    // The next picture, or a reload, shows them.
  }
}
