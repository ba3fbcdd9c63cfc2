/* The strips under the exam bar: messages that push the exam down and never cover it. */

import { make, makeIcon } from "../dom.js";

/**
 * `say(key, {tone, icon, what, todo, action})` puts or changes a message; `unsay(key)` takes it away. A message with an
 * action, `{words, press}`, stays until it is done.
 */
export function makeStrips(region, icons, closeWords) {
  const shown = new Map();

  function say(key, message) {
    if (shown.get(key)?.what === message.what) return;
    unsay(key);
    const strip = build(key, message);
    shown.set(key, { strip, what: message.what });
    region.append(strip);
  }

  function build(key, { tone, icon, what, todo = "", action = null }) {
    const strip = make("div", `strip ${tone}`);
    const words = make("p");
    words.append(make("span", "strong", what), todo ? ` ${todo}` : "");
    strip.append(makeIcon(icons, icon), words, action ? actionOf(action) : shutOf(strip));
    return strip;
  }

  function actionOf({ words, press }) {
    const button = make("button", "mini push", words);
    button.type = "button";
    button.addEventListener("click", press);
    return button;
  }

  function shutOf(strip) {
    const shut = make("button", "quiet push");
    shut.type = "button";
    shut.setAttribute("aria-label", closeWords);
    shut.append(makeIcon(icons, "x"));
    shut.addEventListener("click", () => {
      strip.remove();
      document.getElementById("main").focus();
    });
    return shut;
  }

  function unsay(key) {
    shown.get(key)?.strip.remove();
    shown.delete(key);
  }

  return { say, unsay };
}
