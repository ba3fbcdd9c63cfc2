/* For authors of proctoring software: answers the messages of an exam page with the methods of a class.

   Bundle it into one classic script (docs/provider-messages.md), for the page loads it with `importScripts`:

     import { answerWith } from "@lti-proctor/provider-worker";
     answerWith(class {
       async onStartExamAttempt(timeoutMs, attemptId) {}   // resolve: it watches; reject: the exam does not begin
       async onPing(timeoutMs, attemptId) {}               // reject: the attempt breaks off
       async onEndExamAttempt(attemptId) {}
     });

   The names of messages and methods are those of the edX interface, so that a class written for it runs here. */

const ANSWERS = {
  startExamAttempt: {
    method: "onStartExamAttempt", done: "examAttemptStarted", failed: "examAttemptStartFailed",
    given: ({ timeout, attemptExternalId }) => [timeout, attemptExternalId],
  },
  endExamAttempt: {
    method: "onEndExamAttempt", done: "examAttemptEnded", failed: "examAttemptEndFailed",
    given: ({ attemptExternalId }) => [attemptExternalId],
  },
  ping: {
    method: "onPing", done: "echo", failed: "pingFailed",
    given: ({ timeout, attemptExternalId }) => [timeout, attemptExternalId],
  },
};

/** The answer to one message. A method that is missing is an answer too: nobody waits for nothing. */
export async function answerTo(message, handler) {
  const known = ANSWERS[message?.type];
  if (!known) return null;
  const method = handler[known.method];
  if (typeof method !== "function") return { type: known.failed, error: `${known.method} is missing` };
  try {
    await within(message.timeout, method.apply(handler, known.given(message)));
    return { type: known.done };
  } catch (error) {
    return { type: known.failed, error: String(error?.message ?? error ?? "") };
  }
}

/** Answer every message to this worker. `config` messages make the handler anew with other options. */
export function answerWith(Handler, scope = globalThis) {
  let handler = new Handler({});
  scope.addEventListener("message", async ({ data }) => {
    if (data?.type === "config") {
      handler = new Handler(data.options ?? {});
      return;
    }
    const answer = await answerTo(data, handler);
    if (answer) scope.postMessage(answer);
  });
}

function within(timeoutMs, promise) {
  if (!(timeoutMs > 0)) return promise;
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("it took too long")), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
