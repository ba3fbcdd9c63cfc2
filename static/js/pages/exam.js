/* The exam window: sign of life, connection, time left, own camera picture. The exam itself is in a frame. */

import { missingFeatures } from "../browser.js";
import { openCamera } from "../camera.js";
import { makeCountdown, moments, passed, toneOf } from "../countdown.js";
import { pageData, setText, setTone, swapIcon } from "../dom.js";
import { clock, format } from "../format.js";
import { loadAnew } from "../leaving.js";
import { openQueue } from "../monitoring/queue.js";
import { FINE, VIOLATED, makeClock, watch } from "../monitoring/watch.js";
import { START, afterPulse, beat, decide, sendPulse } from "../pulse.js";
import { tendQuiz } from "./quiz.js";
import { makeStrips } from "./strips.js";

const BACK_MS = 8000;
const data = pageData();
const { texts } = data;
const now = () => performance.now();
const by = (id) => document.getElementById(id);
const strips = makeStrips(by("strips"), data.icons, texts.close);
const countdown = makeCountdown(data.secondsLeft, now);
const spokenMoments = moments(data.secondsLeft ?? 0);
const hideKey = `hide-time-${data.id}`;
let link = START;
let before = data.secondsLeft;

const serverClock = makeClock(data.serverNow, now);
const { doubts } = tendQuiz(data);
const watching = data.metrics.length ? await startWatching() : null;

const heart = beat(data.pulseSeconds * 1000, async () => {
  const batch = (await watching?.batch()) ?? null;
  const began = now();
  const answer = await sendPulse(data.pulseUrl, data.csrf, batch);
  const next = decide(answer, data.status);
  if (answer.code === 200) await heard(answer.data, batch, began);
  if (next === "reload") return loadAnew();
  link = afterPulse(link, { ok: next === "go on", ms: now() - began, at: began });
  if (next === "go on") countdown.correct(answer.data.seconds_left);
  showLink();
  return undefined;
});
window.addEventListener("online", heart.now);
window.addEventListener("offline", heart.now);
setInterval(tick, 1000);
by("hide-time").addEventListener("click", () => hideTime(!isHidden()));
by("go-full")?.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
hideTime(sessionStorage.getItem(hideKey) === "1");
tick();
if (data.hasCamera) showPreview();

async function startWatching() {
  const queue = await openQueue(`attempt-${data.id}`, window.indexedDB);
  const started = watch({ metrics: data.metrics, queue, clock: serverClock, doubts, noticed: tellFullScreen });
  started.set("b1", missingFeatures(window).length ? VIOLATED : FINE);
  started.set("n1", FINE);
  window.addEventListener("pagehide", () => started.stop());
  return started;
}

async function heard(answer, batch, began) {
  serverClock.measure(answer.now_ms, began, now());
  await watching?.acknowledge(batch, answer.kept);
}

/** Full screen needs a press, so the window asks for one. */
function tellFullScreen(metric, state) {
  const box = by("full-screen");
  if (metric === "b3" && box) box.hidden = state !== VIOLATED;
}

function tick() {
  if (link.state === "away") showLink();
  const left = countdown.left();
  by("countdown").hidden = left === null;
  if (left === null) return;
  const moment = passed(spokenMoments, before, left);
  if (moment) setText(by("spoken"), texts.moments[moment]);
  setTone(by("countdown"), toneOf(left));
  swapIcon(by("countdown").querySelector("svg"), toneOf(left) === "bad" ? "alert" : "clock");
  setText(by("left"), isHidden() ? texts.hidden : clock(left));
  // The server ends the exam, and its answer loads the page anew: without a connection a reload would lose the window.
  if (left === 0 && before !== 0) setTimeout(heart.now, 1000);
  before = left;
}

function isHidden() {
  return by("hide-time").getAttribute("aria-pressed") === "true";
}

function hideTime(hide) {
  by("hide-time").setAttribute("aria-pressed", String(hide));
  swapIcon(by("hide-time").querySelector("svg"), hide ? "eye" : "eye-off");
  sessionStorage.setItem(hideKey, hide ? "1" : "");
  if (countdown.left() !== null) setText(by("left"), hide ? texts.hidden : clock(countdown.left()));
}

function showLink() {
  const { state } = link;
  const words = format(texts.live[state], { time: clock((now() - link.since) / 1000) });
  // The time away grows silently: the strip has told the change.
  watching?.set("n1", state === "away" ? VIOLATED : FINE);
  by("live").setAttribute("aria-live", state === "away" ? "off" : "polite");
  setText(by("live").lastElementChild, words);
  swapIcon(by("live").querySelector("svg"), state === "connected" ? "wifi" : "wifi-slow");
  setTone(by("live"), state === "connected" ? "" : "wait");
  if (state === "connected") strips.unsay("link");
  else strips.say("link", { tone: "wait", icon: "wifi-slow", what: texts[state].what, todo: texts[state].do });
  if (link.back) tellBack();
}

function tellBack() {
  link = { ...link, back: false };
  strips.say("back", { tone: "good", icon: "wifi", what: texts.back.what });
  setTimeout(() => strips.unsay("back"), BACK_MS);
}

/** The preview is for the learner alone; the exam does not depend on it. */
async function showPreview() {
  const box = by("preview");
  box.hidden = false;
  if (!box.checkVisibility()) return;
  const { stream, problem } = await openCamera({ small: true });
  if (problem) return loseCamera(problem);
  by("picture").srcObject = stream;
  stream.getVideoTracks()[0].addEventListener("ended", () => loseCamera("ended"));
  return undefined;
}

function loseCamera(problem) {
  by("preview").hidden = true;
  by("preview-words").hidden = true;
  strips.say("camera", { tone: "on", icon: "video-off", what: texts.camera.what, todo: texts.camera[problem] });
}
