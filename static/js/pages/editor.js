/* The exam editor: presets tick, an add-on ticked by hand makes an own choice, the summary follows. */

import { summaryOf, ticksOf } from "../choice.js";
import { pageData, setText } from "../dom.js";
import { format } from "../format.js";

const data = pageData("editor-data");
const form = document.getElementById("exam-form");
const boxes = (name) => [...form.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];
const ticked = (name) => boxes(name).filter((box) => box.checked).map((box) => box.value);

form.addEventListener("change", (event) => {
  const { name, value } = event.target;
  if (name === "preset") follow(value);
  if (name === "provider") showRules(value);
  if (name === "addons") choose(data.own);
  if (name === "preset" || name === "addons") showSummary();
  warnOfSharing();
});

function follow(preset) {
  const ticks = ticksOf(preset, data);
  if (!ticks) return;
  for (const [name, values] of Object.entries(ticks)) {
    for (const box of boxes(name)) box.checked = values.includes(box.value);
  }
}

/** Some providers have rules of their own for those who review. */
function showRules(provider) {
  const box = document.getElementById("review-rules");
  if (box) box.hidden = data.noRules.includes(provider);
}

function choose(preset) {
  const radio = form.querySelector(`input[name="preset"][value="${CSS.escape(preset)}"]`);
  if (radio) radio.checked = true;
}

/** Inside Safe Exam Browser sharing the screen may fail. */
function warnOfSharing() {
  const addons = ticked("addons");
  const shares = addons.includes("screen") || ticked("metrics").includes("s1");
  document.getElementById("seb-sharing").hidden = !(addons.includes("seb") && shares);
}

function showSummary() {
  const summary = summaryOf(ticked("addons"), data);
  document.querySelectorAll("#level .scale i").forEach((block, n) => block.classList.toggle("is", n < summary.level));
  setText(document.getElementById("level-words"), summary.levelWords);
  setText(document.getElementById("summary-words"), summary.words);
  setText(document.getElementById("summary-needs"), summary.needs);
  setText(document.getElementById("summary-steps"), format(data.stepsText ?? "{n}", { n: summary.steps }));
}

warnOfSharing();
if (form.querySelector(".invalid")) document.getElementById("problems")?.focus();
