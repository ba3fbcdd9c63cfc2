/* The strips under the exam bar: messages that push the exam down and never cover it. */

import { make, makeIcon } from "../dom.js";

/** `say(key, {tone, icon, what, todo})` puts or changes a message; `unsay(key)` takes it away. */
export function makeStrips(region, icons, closeWords) {
  const shown = new Map();

  function say(key, message) {
    if (shown.get(key)?.what === message.what) return;
    unsay(key);
    const strip = build(key, message);
    shown.set(key, { strip, what: message.what });
    region.append(strip);
  }

  function build(key, { tone, icon, what, todo = "" }) {
    const strip = make("div", `strip ${tone}`);
    const words = make("p");
    words.append(make("span", "strong", what), todo ? ` ${todo}` : "");
    const shut = make("button", "quiet push");
    shut.type = "button";
    shut.setAttribute("aria-label", closeWords);
    shut.append(makeIcon(icons, "x"));
    shut.addEventListener("click", () => {
      strip.remove();
      document.getElementById("main").focus();
    });
    strip.append(makeIcon(icons, icon), words, shut);
    return strip;
  }

  function unsay(key) {
    shown.get(key)?.strip.remove();
    shown.delete(key);
  }

  return { say, unsay };
}
