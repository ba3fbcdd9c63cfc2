/* What the learner hears when the provider's software does not answer. */

import { setText } from "../dom.js";

/** Show the dialog with the reason in words; the error of the software stands in its details. */
export function showFailure(dialog, texts, answer) {
  setText(dialog.querySelector("[data-part=reason]"), texts[answer.problem] ?? texts.failed);
  setText(dialog.querySelector("[data-part=error]"), answer.error);
  dialog.querySelector("[data-part=details]").hidden = !answer.error;
  dialog.showModal();
}
