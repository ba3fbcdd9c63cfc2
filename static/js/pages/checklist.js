/* One row of the check list: one line when fine, opened in place when something is to be done. */

import { make, setIcon, setText, setTone } from "../dom.js";
import { format } from "../format.js";

const LOOKS = {
  todo: { row: "", badge: "plain", outline: true, icon: "dash" },
  busy: { row: "", badge: "plain", outline: false, icon: "hourglass" },
  listening: { row: "on", badge: "on", outline: true, icon: "mic" },
  fine: { row: "", badge: "good", outline: false, icon: "check" },
  problem: { row: "wait", badge: "wait", outline: true, icon: "alert" },
};
const spoken = document.getElementById("spoken");

/** `show(state, said, {remedies, device})`; `device` says whether picture or level are worth showing. */
export function makeRow(check, { icons, texts }) {
  const row = document.getElementById(`check-${check}`);
  const part = (name) => row.querySelector(`[data-part="${name}"]`);

  function show(state, said, { remedies = [], device = false } = {}) {
    const hadFocus = row.contains(document.activeElement);
    paint(state);
    setText(part("said"), said);
    part("remedies").replaceChildren(...remedies.map((remedy) => make("li", "", remedy)));
    part("try").hidden = !remedies.length;
    part("again").hidden = state !== "problem";
    if (part("device")) part("device").hidden = !device;
    if (part("start")) part("start").hidden = state !== "todo";
    part("badge").hidden = Boolean(part("start")) && state === "todo";
    part("more").hidden = state !== "problem" && !device;
    if (hadFocus && !document.activeElement.checkVisibility()) row.focus();
    const word = texts.badges[state];
    if (state !== "todo" && state !== "busy") setText(spoken, format(texts.spoken, { check: texts.names[check], word, said }));
  }

  function paint(state) {
    const { row: tone, badge, outline, icon } = LOOKS[state];
    setTone(row, tone);
    row.classList.toggle("open", Boolean(tone));
    setTone(part("badge"), badge);
    part("badge").classList.toggle("outline", outline);
    setIcon(part("badge").querySelector("svg"), icons, icon);
    setText(part("word"), texts.badges[state]);
  }

  return { show, part, focus: () => row.focus(), again: part("again").querySelector("button") };
}
