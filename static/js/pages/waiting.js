/* Pages that wait in the exam window, paused or before handing in: sign of life, time left, next page by itself. */

import { makeConversation } from "../chat/conversation.js";
import { makeCountdown } from "../countdown.js";
import { enableButtons, pageData, setText, setTone, swapIcon } from "../dom.js";
import { clock } from "../format.js";
import { loadAnew } from "../leaving.js";
import { beat, decide, sendPulse } from "../pulse.js";

const EVERY_MS = 4000;
const data = pageData();
const digits = document.getElementById("left") ?? document.querySelector(".countdown .num");
const live = document.getElementById("live");
const ticks = typeof data.secondsLeft === "number";
const countdown = makeCountdown(data.secondsLeft ?? null, () => performance.now());

const chat = data.chat ? makeConversation({ root: document.getElementById("chat"), data: data.chat, csrf: data.csrf, icons: data.icons }) : null;

const heart = beat(EVERY_MS, async () => {
  const answer = await sendPulse(data.pulseUrl, data.csrf);
  const next = decide(answer, data.status);
  if (next === "reload") return loadAnew();
  showLive(next === "go on");
  if (next === "go on") {
    await hearChat(answer.data.chat);
    countdown.correct(answer.data.seconds_left);
    showTime();
  }
});

async function hearChat(version) {
  if (chat && version !== chat.version()) await chat.load();
  await chat?.see();
}

function showTime() {
  if (digits && countdown.left() !== null) setText(digits, clock(countdown.left()));
}

function showLive(isConnected) {
  if (!live) return;
  swapIcon(live.querySelector("svg"), isConnected ? "wifi" : "wifi-slow");
  setTone(live, isConnected ? "" : "wait");
  if (live.lastChild.textContent !== data.texts[isConnected ? "connected" : "away"]) {
    live.lastChild.textContent = data.texts[isConnected ? "connected" : "away"];
  }
}

heart.now();
enableButtons();
window.addEventListener("online", heart.now);
if (ticks) {
  setInterval(() => {
    const before = digits?.textContent;
    showTime();
    if (countdown.left() === 0 && before !== digits?.textContent) heart.now();
  }, 1000);
}
