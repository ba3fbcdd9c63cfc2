/* The exam window: sign of life, connection, time left, own camera picture. The exam itself is in a frame. */

import { missingFeatures } from "../browser.js";
import { makeCountdown, moments, passed, toneOf } from "../countdown.js";
import { enableButtons, pageData, setText, setTone, swapIcon } from "../dom.js";
import { makeChat } from "../exam/chat.js";
import { makeFinish } from "../exam/finish.js";
import { makeFiles } from "../exam/files.js";
import { startMedia } from "../exam/media.js";
import { watchPhone } from "../exam/phone.js";
import { followProvider } from "../exam/provider.js";
import { protect } from "../exam/protect.js";
import { followTerms } from "../exam/terms.js";
import { clock, format } from "../format.js";
import { loadAnew } from "../leaving.js";
import { openQueue } from "../monitoring/queue.js";
import { makeWarnings } from "../monitoring/warnings.js";
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
/** Where the server is to be: while the learner is asked whether to hand in, it knows that they asked. */
const expected = new Set([data.status]);

const serverClock = makeClock(data.serverNow, now);
const warnings = makeWarnings(data);
const { doubts } = tendQuiz(data);
const watching = data.isWatched ? await startWatching() : null;
const media = startMedia({ data, strips, set: (metric, state) => watching?.set(metric, state), serverNow: serverClock.now });
const protecting = protect({ data, strips, warnings, clock: serverClock });
const terms = followTerms({ data, strips, changed: takeTerms });
watchPhone({ data, strips });
const provider = by("provider-data") && pageData("provider-data");
if (provider) followProvider({ data: provider, dialog: by("provider-failed"), csrf: data.csrf, leave: () => loadAnew() });
if (data.attachments) makeFiles({ dialog: by("files"), opener: by("open-files"), count: by("n-files"), icons: data.icons, csrf: data.csrf, ...data.attachments });
const chat = data.chat ? makeChat({ data: data.chat, strips, panel: by("chat"), opener: by("open-chat"), count: by("n-chat"), csrf: data.csrf, icons: data.icons }) : null;
makeFinish({
  dialog: by("finish"),
  form: by("finish-form"),
  stateUrl: data.stateUrl,
  csrf: data.csrf,
  leaving: leave,
  expects: (status) => void (expected.clear(), expected.add(status)),
});

const heart = beat(data.pulseSeconds * 1000, async () => {
  const batch = (await watching?.batch()) ?? null;
  const began = now();
  const answer = await sendPulse(data.pulseUrl, data.csrf, batch);
  const next = decide(answer, statusOf(answer));
  if (answer.code === 200) await heard(answer.data, batch, began);
  if (next === "reload") {
    await media.stop();
    return loadAnew();
  }
  link = afterPulse(link, { ok: next === "go on", ms: now() - began, at: began });
  if (next === "go on") countdown.correct(answer.data.seconds_left);
  showLink();
  return undefined;
});
window.addEventListener("online", () => {
  heart.now();
  media.online();
});
window.addEventListener("offline", heart.now);
setInterval(tick, 1000);
by("hide-time").addEventListener("click", () => hideTime(!isHidden()));
by("go-full")?.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
enableButtons();
hideTime(sessionStorage.getItem(hideKey) === "1");
tick();

async function startWatching() {
  const queue = await openQueue(`attempt-${data.id}`, window.indexedDB);
  const started = watch({ metrics: data.metrics, queue, clock: serverClock, doubts, noticed });
  tellSteady(started);
  window.addEventListener("pagehide", () => started.stop());
  return started;
}

function tellSteady(to) {
  to?.set("b1", missingFeatures(window).length ? VIOLATED : FINE);
  to?.set("n1", FINE);
}

/** What acts on this learner has changed. */
async function takeTerms(next) {
  watching?.use(data.metrics);
  tellSteady(watching);
  warnings.use(data.weights);
  protecting.use(next);
  by("full-screen").hidden ||= !data.metrics.includes("b3");
  await media.adapt();
}

async function heard(answer, batch, began) {
  serverClock.measure(answer.now_ms, began, now());
  await watching?.acknowledge(batch, answer.kept);
  chat?.heard(answer.chat);
  await terms.heard(answer.spared);
}

/** Both are fine while the question whether to hand in is open and the answers cross. */
function statusOf(answer) {
  const said = answer.data?.status;
  return expected.has(said) || (by("finish")?.open && ["started", "ready_to_submit"].includes(said)) ? said : data.status;
}

async function leave() {
  await media.stop();
  const batch = await watching?.batch();
  if (batch) await watching.acknowledge(batch, (await sendPulse(data.pulseUrl, data.csrf, batch)).data?.kept);
}

function noticed(metric, state) {
  warnings.set(metric, state, serverClock.now());
  if (state !== VIOLATED) strips.unsay(`warning-${metric}`);
  tellFullScreen(metric, state);
}

function warn() {
  const metric = warnings.due(serverClock.now());
  const words = metric && texts.warnings[metric];
  if (words) strips.say(`warning-${metric}`, { tone: "wait", icon: "eye", what: words.what, todo: words.todo });
}

/** Full screen needs a press, so the window asks for one. */
function tellFullScreen(metric, state) {
  const box = by("full-screen");
  if (metric === "b3" && box) box.hidden = state !== VIOLATED;
}

function tick() {
  warn();
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
