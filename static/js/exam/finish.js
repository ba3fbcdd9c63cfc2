/* Finishing without leaving the page: camera and screen would have to be opened anew after a change of mind. */

import { ask } from "../looking.js";

const PATIENCE_MS = 8000;

/**
 * The dialog that asks once more. `leaving()` is awaited before the exam is handed in; `expects(status)` hears which
 * status the server is brought to.
 */
export function makeFinish({ dialog, form, stateUrl, csrf, leaving, expects, world = window }) {
  if (!dialog?.showModal || !form) return;
  const handIn = dialog.querySelector("form");
  const button = handIn.querySelector("button");
  const saving = dialog.querySelector("[data-part=saving]");
  const unsent = dialog.querySelector("[data-part=unsent]");
  let told = Promise.resolve();
  let isReady = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    expects("ready_to_submit");
    told = told.then(() => send(form.action)).then(showUnsent);
    dialog.showModal();
  });
  dialog.querySelector("[data-part=back]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    if (isReady) return;
    told = told.then(() => send(dialog.dataset.back)).then(() => expects("started"));
  });
  handIn.addEventListener("submit", async (event) => {
    if (isReady) return;
    event.preventDefault();
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    saving.hidden = false;
    await Promise.race([Promise.all([told, leaving()]), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    // With nothing to wait for this still runs within the first submit event, and a form that is being sent can't be sent.
    await new Promise((resolve) => setTimeout(resolve));
    isReady = true;
    button.removeAttribute("aria-busy");
    handIn.requestSubmit(button);
  });

  async function send(url) {
    try {
      const options = { method: "POST", headers: { "X-CSRFToken": csrf }, redirect: "manual" };
      await world.fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      // Without a line the dialog still asks; handing in goes on its own way.
    }
  }

  async function showUnsent() {
    if (!unsent) return;
    const known = await ask(stateUrl, world);
    unsent.hidden = !known || known.has_result;
  }
}
