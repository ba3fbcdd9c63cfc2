/* The page in the LMS frame: opens the exam window with a fresh ticket and follows where the attempt is. */

import { pageData } from "../dom.js";
import { loadAnew } from "../leaving.js";

const LOOK_MS = 5000;
const PATIENCE_MS = 5000;
const data = pageData();
const form = document.getElementById("open");
const help = document.querySelector("details");
const button = form.querySelector("button");
let opening = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (opening) return;
  // At once, in the press itself: browsers hold back windows that open later.
  const opened = window.open("", form.target);
  if (opened) send(opened);
  else showHelp();
});

async function send(opened) {
  opening = true;
  button.setAttribute("aria-busy", "true");
  const ticket = await freshTicket();
  if (ticket) form.elements.ticket.value = ticket;
  HTMLFormElement.prototype.submit.call(form);
  opened.focus();
  button.removeAttribute("aria-busy");
  opening = false;
}

/** A ticket opens one window, so each press takes a new one; without an answer the one in the page is tried. */
async function freshTicket() {
  try {
    const options = { method: "POST", headers: { "X-CSRFToken": data.csrf }, signal: AbortSignal.timeout(PATIENCE_MS) };
    const answer = await fetch(data.ticketUrl, options);
    return answer.ok ? (await answer.json()).ticket : null;
  } catch {
    return null;
  }
}

function showHelp() {
  help.open = true;
  help.querySelector("summary").focus();
}

async function look() {
  if (document.visibilityState !== "visible" || opening) return;
  try {
    const answer = await fetch(data.stateUrl, { cache: "no-store" });
    if (answer.ok && (await answer.json()).status !== data.status) loadAnew();
  } catch {
    // The next look may have more luck; nothing on this page depends on it.
  }
}

setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", look);
