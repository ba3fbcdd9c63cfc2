/* After the exam: what was recorded and waits for the connection still goes out, while this page is open. */

import { pageData, setText } from "../dom.js";
import { format } from "../format.js";
import { queueName } from "../exam/tape.js";
import { openChunks } from "../recording/chunks.js";
import { makeUpload, sender } from "../recording/upload.js";

const data = pageData("leftovers-data");
const box = document.getElementById("leftovers");
const queue = await openChunks(queueName(data.id), window.indexedDB);
const upload = makeUpload({ queue, send: sender(data.url, data.csrf), tell: show });
let hadSome = false;
let isSending = false;

function show({ waiting }) {
  isSending = waiting > 0;
  if (!waiting && !hadSome) return;
  hadSome = true;
  box.hidden = false;
  setText(box.querySelector("[data-part=what]"), waiting ? data.texts.sending : data.texts.sent);
  setText(box.querySelector("[data-part=how]"), waiting ? format(data.texts.left, { n: waiting }) : data.texts.done);
}

window.addEventListener("online", () => upload.now());
window.addEventListener("beforeunload", (event) => {
  if (isSending) event.preventDefault();
});
await queue.endOpen();
upload.go();
