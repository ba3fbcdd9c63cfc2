/* The equipment check: browser and network at once, devices after a press, the way on when all is fine. */

import { missingFeatures, nameBrowser } from "../browser.js";
import { close } from "../camera.js";
import { problemOfDisk } from "../disk.js";
import { enableButtons, pageData, setText } from "../dom.js";
import { FINE, firstOpen, toSend, wordsOf } from "../findings.js";
import { format, number } from "../format.js";
import { measure, problemOfSpeed } from "../network.js";
import { problemOfPeers } from "../peers.js";
import { shareScreen } from "../screen.js";
import { makeDevices } from "./checkdevices.js";
import { makeRow } from "./checklist.js";

const data = pageData();
const { texts } = data;
const language = document.documentElement.lang;
const browser = nameBrowser(navigator.userAgent);
const rows = Object.fromEntries(data.checks.map((check) => [check, makeRow(check, data)]));
const results = {};
const form = document.getElementById("done");
const onward = document.getElementById("continue");
const why = document.getElementById("why");
const whyNot = why.textContent;
const ask = document.getElementById("ask");
const askButton = document.getElementById("ask-devices");
let screenStream = null;

const devices = makeDevices({ rows, texts, report, trouble });
checkBrowser();
checkNetwork();
const looks = { storage: checkStorage, webrtc: checkPeers, display: checkDisplays };
for (const [check, look] of Object.entries(looks).filter(([name]) => rows[name])) {
  rows[check].again.addEventListener("click", look);
  look();
}
askButton.addEventListener("click", askDevices);
rows.browser.again.addEventListener("click", () => location.reload());
rows.network.again.addEventListener("click", checkNetwork);
rows.screen?.part("start").addEventListener("click", askScreen);
rows.screen?.again.addEventListener("click", askScreen);
rows.screen?.show("todo", rows.screen.part("said").textContent);
form.addEventListener("submit", leave);
enableButtons();
window.addEventListener("pagehide", () => {
  devices.releaseAll();
  close(screenStream);
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

function report(check, result, detail = "") {
  results[check] = { result, detail };
  const isReady = firstOpen(data.checks, results) === null;
  onward.setAttribute("aria-disabled", String(!isReady));
  setText(why, isReady ? texts.whyFine : whyNot);
}

function trouble(check, code, { values = {}, ...look } = {}) {
  const { said, remedies } = wordsOf(texts, check, code, browser.family);
  rows[check].show("problem", format(said, values), { remedies, ...look });
  report(check, code, format(said, values));
}

function fine(check, said) {
  rows[check].show("fine", said);
  report(check, FINE, said);
}

function checkBrowser() {
  const missing = missingFeatures(window);
  if (missing.length) return trouble("browser", missing.includes("secure") ? "insecure" : "missing");
  return fine("browser", format(browser.name ? texts.browser.fine : texts.browser.fineUnnamed, browser));
}

async function checkNetwork() {
  report("network", "not_checked");
  rows.network.show("busy", texts.network.busy);
  const found = await measure(data);
  if (found.problem) return trouble("network", found.problem);
  const values = { up: number(found.up, language), down: number(found.down, language), delay: found.delay };
  const problem = problemOfSpeed(found);
  return problem ? trouble("network", problem, { values }) : fine("network", format(texts.network.fine, values));
}

async function checkStorage() {
  report("storage", "not_checked");
  rows.storage.show("busy", texts.storage.busy);
  const found = await problemOfDisk(data.roomMb);
  if (!found) return fine("storage", texts.storage.fine);
  return trouble("storage", found.problem, { values: { free: number(found.free ?? 0, language), need: number(data.roomMb, language) } });
}

async function checkPeers() {
  report("webrtc", "not_checked");
  rows.webrtc.show("busy", texts.webrtc.busy);
  const problem = await problemOfPeers();
  return problem ? trouble("webrtc", problem) : fine("webrtc", texts.webrtc.fine);
}

function checkDisplays() {
  const { isExtended } = window.screen;
  if (isExtended === true) return trouble("display", "several");
  return fine("display", isExtended === false ? texts.display.fine : texts.display.unknown);
}

async function askDevices() {
  if (askButton.getAttribute("aria-busy")) return;
  askButton.setAttribute("aria-busy", "true");
  await devices.askAll();
  ask.hidden = true;
  rows[firstOpen(data.checks, results)]?.focus();
}

async function askScreen() {
  close(screenStream);
  report("screen", "not_checked");
  rows.screen.show("busy", texts.screen.busy);
  const found = await shareScreen();
  screenStream = found.stream ?? null;
  if (found.problem) return trouble("screen", found.problem);
  found.stream.getVideoTracks()[0].addEventListener("ended", () => trouble("screen", "ended"));
  fine("screen", texts.screen.fine);
  results.screen.detail = found.surface;
  return undefined;
}

/** Send what was found; a press on Continue that comes too early goes to what is left to do instead. */
function leave(event) {
  form.elements.findings.value = toSend(results);
  const open = firstOpen(data.checks, results);
  if (event.submitter !== onward || !open) return;
  event.preventDefault();
  if (ask.hidden || !["camera", "microphone"].includes(open)) rows[open].focus();
  else askButton.focus();
}
