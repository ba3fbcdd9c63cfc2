/* A photo step: the camera in three states (off, live, still), with help on light; the photo goes by the upload form. */

import { lightOf } from "../brightness.js";
import { close, devices, openCamera } from "../camera.js";
import { enableButtons, pageData, setIcon, setText, setTone } from "../dom.js";
import { makeGuidance, speak } from "../guidance.js";
import { firstFrame, sample, take } from "../picture.js";
import { tellCameraTrouble } from "./cameratrouble.js";
import { fillChooser } from "./chooser.js";
import { watchLook } from "./look.js";

const LOOK_MS = 500;
const START_MS = 2000;
const { icons, facing, texts } = pageData();
const language = document.documentElement.lang;
const by = (id) => document.getElementById(id);
const video = by("picture");
const canvas = document.createElement("canvas");
let stream = null;
let photo = null;
let looking = null;
let guidance = makeGuidance();

by("another")?.addEventListener("click", () => {
  showTake(true);
  switchOn();
});
by("keep")?.addEventListener("click", () => {
  switchOff();
  show("off");
  showTake(false);
  by("another").focus();
});
by("switch-on").addEventListener("click", () => switchOn());
by("cameras").addEventListener("change", (event) => switchOn(event.target.value));
by("shoot").addEventListener("click", shoot);
by("retake").addEventListener("click", () => show("live"));
by("use").addEventListener("click", send);
by("speak").hidden = !window.speechSynthesis;
by("speak").addEventListener("click", toggleSpeech);
enableButtons();
window.addEventListener("pagehide", switchOff);
watchLook(by("look"));
show("off");

/** Where a photo is kept already, one of the two is shown: the kept one, or the camera for another. */
function showTake(isTaking) {
  by("take").classList.toggle("is-open", isTaking);
  by("kept").hidden = isTaking;
  if (isTaking) by("switch-on").focus();
}

function show(state) {
  const hadFocus = by("booth").contains(document.activeElement);
  by("booth").dataset.state = state;
  for (const part of document.querySelectorAll("[data-when]")) part.toggleAttribute("hidden", part.dataset.when !== state);
  if (state !== "live") by("choose").hidden = true;
  guidance = makeGuidance();
  if (state === "off") setText(by("says"), "");
  else say(texts.guidance[state === "still" ? "still" : "start"]);
  if (hadFocus) by({ off: "switch-on", live: "shoot", still: "use" }[state]).focus();
}

async function switchOn(deviceId) {
  if (by("switch-on").getAttribute("aria-busy")) return;
  by("switch-on").setAttribute("aria-busy", "true");
  switchOff();
  const found = await openCamera({ facing, deviceId });
  by("switch-on").removeAttribute("aria-busy");
  if (found.problem) return trouble(found.problem);
  by("trouble").hidden = true;
  stream = found.stream;
  video.srcObject = stream;
  const [track] = stream.getVideoTracks();
  track.addEventListener("ended", () => trouble("ended"));
  show("live");
  const began = performance.now();
  looking = setInterval(() => performance.now() - began > START_MS && look(), LOOK_MS);
  fillChooser(by("choose"), await devices("videoinput"), track.getSettings().deviceId);
  return undefined;
}

function switchOff() {
  clearInterval(looking);
  close(stream);
  stream = null;
}

/** A camera that does not work is a normal case: words, remedies, and the same button once more. */
function trouble(code) {
  switchOff();
  show("off");
  tellCameraTrouble(texts, code);
}

function look() {
  if (by("booth").dataset.state !== "live" || !video.videoWidth) return;
  const light = lightOf(sample(video, canvas));
  setTone(by("light"), light === "good" ? "good" : "plain");
  by("light").classList.toggle("outline", light !== "good");
  setIcon(by("light").querySelector("svg"), icons, light === "good" ? "check" : "dash");
  setText(by("light").querySelector("span"), texts.light[light]);
  say(texts.guidance[light]);
}

function say(sentence) {
  const now = guidance.offer(sentence, performance.now());
  if (!now) return;
  setText(by("says"), now);
  if (isSpoken()) speak(now, language);
}

function isSpoken() {
  return by("speak").getAttribute("aria-pressed") === "true";
}

function toggleSpeech() {
  const on = !isSpoken();
  by("speak").setAttribute("aria-pressed", String(on));
  if (on) speak(by("says").textContent, language);
  else window.speechSynthesis.cancel();
}

async function shoot() {
  await firstFrame(video);
  if (!video.videoWidth) return;
  photo = await take(video, document.createElement("canvas"));
  if (by("still").src) URL.revokeObjectURL(by("still").src);
  by("still").src = URL.createObjectURL(photo);
  show("still");
}

function send() {
  const files = new DataTransfer();
  files.items.add(new File([photo], "photo.jpg", { type: photo.type }));
  by("photo").files = files.files;
  by("use").setAttribute("aria-busy", "true");
  by("send").requestSubmit();
}
