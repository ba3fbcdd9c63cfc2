/* The tool's side of LTI platform storage: the LMS's page keeps values for us, asked and answered by messages.
   Answers count only from the LMS's own origin, to our own question (message id), and in time. */

const PATIENCE_MS = 1500;

/** The window that keeps values: a frame of that name beside us, or the page around us. */
export function keeper(target, here = window) {
  const outer = here.opener && here.parent === here ? here.opener : here.parent;
  if (outer === here) return null;
  if (target === "_parent") return outer;
  try {
    // The name may also be that of a property which every window has.
    const frame = outer.frames[target];
    return typeof frame?.postMessage === "function" ? frame : outer;
  } catch {
    return outer;
  }
}

/** Talks to `target`, which must be at `origin`; gives `put` and `get`, each with the answer, or null without one. */
export function storage({ target, origin }, { here = window, patience = PATIENCE_MS } = {}) {
  const to = keeper(target, here);
  return {
    put: (key, value) => ask(here, to, origin, { subject: "lti.put_data", key, value }, patience),
    get: (key) => ask(here, to, origin, { subject: "lti.get_data", key }, patience),
  };
}

function ask(here, to, origin, question, patience) {
  if (!to) return Promise.resolve(null);
  const id = here.crypto.randomUUID();
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(null), patience);
    function finish(answer) {
      clearTimeout(timer);
      here.removeEventListener("message", hear);
      resolve(answer);
    }
    function hear(event) {
      const said = event.data;
      const isAnswer = said?.subject === `${question.subject}.response` && said.message_id === id;
      if (event.origin !== origin || !isAnswer) return;
      finish(said.error || said.key !== question.key ? null : said);
    }
    here.addEventListener("message", hear);
    to.postMessage({ ...question, message_id: id }, origin);
  });
}
