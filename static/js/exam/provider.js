/* While the exam runs: the provider's software is asked whether it is there; when it is not, the attempt breaks off. */

import { showFailure } from "../provider/failing.js";
import { keepPinging } from "../provider/messages.js";

const AGAIN_MS = 3000;

/** `leave` loads the page anew once the server knows. */
export function followProvider({ data, dialog, csrf, leave }) {
  return keepPinging({
    url: data.url,
    attemptId: data.attemptId,
    seconds: data.pingSeconds,
    failed: (answer) => {
      showFailure(dialog, data.texts, answer);
      tell(data.failedUrl, csrf, answer, leave);
    },
  });
}

/** The server must hear of it, also when the line is down at this moment. */
async function tell(url, csrf, answer, leave) {
  try {
    const headers = { "X-CSRFToken": csrf, "Content-Type": "application/json" };
    const body = JSON.stringify({ problem: answer.problem, detail: answer.error });
    const heard = await fetch(url, { method: "POST", headers, body, cache: "no-store" });
    if (heard.status < 500) return leave();
  } catch {
    // Tried again below.
  }
  return setTimeout(() => tell(url, csrf, answer, leave), AGAIN_MS);
}
