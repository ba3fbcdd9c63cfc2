/* A camera that does not work is a normal case: words, remedies, and the same button once more. */

import { nameBrowser } from "../browser.js";
import { make, setText } from "../dom.js";
import { wordsOf } from "../findings.js";

export function tellCameraTrouble(texts, code) {
  const by = (id) => document.getElementById(id);
  const { said, remedies } = wordsOf(texts, "camera", code, nameBrowser(navigator.userAgent).family);
  setText(by("switch-words"), texts.retry);
  setText(by("trouble-said"), said);
  by("trouble-remedies").replaceChildren(...remedies.map((remedy) => make("li", "", remedy)));
  by("trouble").hidden = false;
  by("trouble").focus();
}
