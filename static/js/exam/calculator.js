/* The panel of the calculator: beside the exam, never over everything, opened and closed by the learner. */

import { setText } from "../dom.js";
import { format } from "../format.js";
import { START, keyOf, press, shown } from "../calculator/engine.js";
import { cornerAfter, moved } from "../calculator/place.js";

const SIGNS = { "+": "+", "-": "−", "*": "×", "/": "÷" };

/** `panel` and `opener` are elements; `texts` has the words of problems and signs. */
export function makeCalculator({ panel, opener, texts }) {
  const language = document.documentElement.lang || "en";
  const point = pointOf(language);
  const part = (name) => panel.querySelector(`[data-part=${name}]`);
  let state = START;
  let place = { x: 0, y: 0 };

  panel.querySelector("[data-key='.']").textContent = point;
  opener.addEventListener("click", () => (panel.hidden ? open() : close()));
  part("close").addEventListener("click", close);
  part("move").addEventListener("click", () => put(cornerAfter(place, panel.getBoundingClientRect(), view())));
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (!button) return;
    act(button.dataset.key);
    // After a press of the mouse, Enter means "=" and not the same key once more.
    if (event.detail > 0) part("screen").focus();
  });
  panel.addEventListener("keydown", heard);
  window.addEventListener("resize", () => panel.hidden || put(moved(place, "", panel.getBoundingClientRect(), view())));
  show();

  function heard(event) {
    if (event.key === "Escape") return close();
    const isButton = event.target.closest("button");
    if (isButton === part("move") && event.key.startsWith("Arrow")) {
      event.preventDefault();
      return put(moved(place, event.key, panel.getBoundingClientRect(), view()));
    }
    const key = isButton && event.key === "Enter" ? null : keyOf(event);
    if (key === null) return undefined;
    event.preventDefault();
    return act(key);
  }

  function act(key) {
    state = press(state, key);
    show();
  }

  function show() {
    const now = shown(state);
    setText(part("before"), now.before ? `${local(now.before.number)} ${SIGNS[now.before.op]}` : "");
    setText(part("value"), now.problem ? texts[now.problem] : `${now.isRounded ? "≈ " : ""}${local(now.number)}`);
    setText(part("memory"), now.hasMemory ? format(texts.memory, { number: local(shown({ ...START, value: state.memory }).number) }) : "");
  }

  function local(number) {
    return number.replace(".", point).replace("-", "−");
  }

  function put(next) {
    place = next;
    panel.style.translate = `${place.x}px ${place.y}px`;
  }

  function open() {
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    put(moved(place, "", panel.getBoundingClientRect(), view()));
    part("screen").focus();
  }

  function close() {
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }
}

const view = () => ({ width: document.documentElement.clientWidth, height: document.documentElement.clientHeight });

function pointOf(language) {
  const parts = new Intl.NumberFormat(`${language}-u-nu-latn`).formatToParts(1.5);
  return parts.find(({ type }) => type === "decimal")?.value ?? ".";
}
