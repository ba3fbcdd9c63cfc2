/* The gate before an exam that opens only in Safe Exam Browser: sends what it tells about itself, and goes on. */

import { pageData, setText } from "../dom.js";
import { readKeys } from "../seb.js";

const PATIENCE_MS = 10_000;
const data = pageData();
const says = document.getElementById("seb-says");

if (data.inside) setText(says, data.texts.looking);
const keys = await readKeys(window);
if (keys) await send(keys);
else if (data.inside) setText(says, data.texts.silent);

async function send(keys) {
  const address = location.href.split("#")[0];
  try {
    const answer = await fetch(data.checkUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": data.csrf },
      body: JSON.stringify({ address, nonce: data.nonce, ...keys }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    location.replace((await answer.json()).next);
  } catch {
    setText(says, data.texts.failed);
  }
}
