/* A phone as second camera: switched on by a press, then it sends pictures and signs of life until the exam is over. */

import { keepAwake } from "../awake.js";
import { pageData, setText, setTone, swapIcon } from "../dom.js";
import { loadAnew } from "../leaving.js";
import { makeClock } from "../monitoring/watch.js";
import { nextOf, secretOf } from "../phone/state.js";
import { beat, sendPulse } from "../pulse.js";
import { startSnapshots } from "../snapshots.js";
import { makeBooth } from "./booth.js";
import { makeTurns } from "./turns.js";

const data = pageData();
const { texts } = data;
const by = (id) => document.getElementById(id);
const steady = () => performance.now();
const clock = makeClock(data.serverNow, steady);
const turns = data.showsRoom ? makeTurns(data) : null;
let place = data.place;
let running = null;

// Another code was read: the page that asks shows what it is for.
if (secretOf(window.location.hash)) window.addEventListener("hashchange", () => window.location.reload());

const booth = makeBooth({ options: { facing: "environment" }, texts, onLive: begin, onOff: end });
by("shoot")?.addEventListener("click", () => turns.shoot(booth.video));
const heart = beat(data.signSeconds * 1000, async () => {
  const sent = steady();
  const answer = await sendPulse(data.signUrl, data.csrf, { camera: booth.isLive() });
  const next = nextOf(answer);
  showLive(next === "on");
  if (next === "over") {
    booth.stop();
    return loadAnew();
  }
  if (next === "on") {
    clock.measure(answer.data.now_ms, sent, steady());
    place = answer.data.place;
    turns?.show(answer.data.room);
    tell();
  }
  return undefined;
});
window.addEventListener("online", heart.now);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && heart.now());

function begin() {
  const canvas = document.createElement("canvas");
  const everyMs = data.pictureSeconds * 1000;
  const pictures = startSnapshots({ video: booth.video, canvas, url: data.pictureUrl, csrf: data.csrf, everyMs, clock: clock.now });
  const awake = keepAwake();
  running = { stop: () => (pictures.stop(), awake.stop()) };
  heart.now();
  turns?.tell();
  tell();
}

function end() {
  running?.stop();
  running = null;
  tell();
}

function tell() {
  setText(by("lead"), running ? texts[place] : texts.off);
  if (by("room-part")) by("room-part").hidden = !running || place !== "before";
}

function showLive(isConnected) {
  swapIcon(by("live").querySelector("svg"), isConnected ? "wifi" : "wifi-slow");
  setTone(by("live"), isConnected ? "" : "wait");
  setText(by("live").lastElementChild, isConnected ? texts.connected : texts.away);
}
