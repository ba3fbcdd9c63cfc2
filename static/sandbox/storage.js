/* Keeps state for the framed tool while this page is open, so that the tool needs no cookie. */
import { answerTo } from "./storage-answers.js";

const { storageOrigins = "", storageFrame = "", storageRole = "page" } = document.body.dataset;
const origins = new Set(storageOrigins.split(" ").filter(Boolean));
const stores = new Map(); // origin -> Map of its keys: no tool sees what another one keeps

function storeOf(origin) {
  if (!stores.has(origin)) stores.set(origin, new Map());
  return stores.get(origin);
}

window.addEventListener("message", (event) => {
  if (!origins.has(event.origin) || !event.source) return;
  const place = { kept: storeOf(event.origin), frame: storageFrame, isFrame: storageRole === "frame" };
  const answer = answerTo(event.data, place);
  if (answer) event.source.postMessage(answer, event.origin);
});
