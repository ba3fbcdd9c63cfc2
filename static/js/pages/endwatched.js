/* The exam is over: the provider's software is told once. Whatever it answers, what was handed in is handed in. */

import { pageData, setText } from "../dom.js";
import { tellWorker } from "../provider/messages.js";

const data = pageData("provider-data");
const key = `provider-ended-${data.attemptId}`;
const said = document.getElementById("provider-said");

if (!sessionStorage.getItem(key)) {
  sessionStorage.setItem(key, "1");
  const answer = await tellWorker("end", { url: data.url, attemptId: data.attemptId, waitMs: data.startMs });
  setText(said, answer.ok ? data.texts.ended : data.texts.notEnded);
}
