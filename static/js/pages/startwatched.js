/* Before the exam begins, the provider's software has to say that it watches; then the form goes its way. */

import { enableButtons, pageData, setText } from "../dom.js";
import { showFailure } from "../provider/failing.js";
import { tellWorker } from "../provider/messages.js";

const data = pageData("provider-data");
const form = document.getElementById("start-watched");
const said = document.getElementById("provider-said");
const dialog = document.getElementById("provider-failed");
let isReady = false;
let isAsking = false;

form.addEventListener("submit", async (event) => {
  if (isReady) return;
  event.preventDefault();
  if (isAsking) return;
  isAsking = true;
  setText(said, data.texts.asking);
  const answer = await tellWorker("start", { url: data.url, attemptId: data.attemptId, waitMs: data.startMs });
  isAsking = false;
  setText(said, "");
  if (!answer.ok) return showFailure(dialog, data.texts, answer);
  isReady = true;
  form.requestSubmit();
  return undefined;
});
dialog.querySelector("[data-part=again]").addEventListener("click", () => {
  dialog.close();
  form.requestSubmit();
});
// A press before this script has come would start the exam without a word to the software.
enableButtons();
