/* The page of the quiz: answers stay in the form whatever happens. */
import { mark, unanswered } from "./marking.js";
import { completedStatement, readLaunch, send } from "./xapi.js";

const find = (id) => document.getElementById(id);
const { launch, demo, problem } = readLaunch(window.location.search);
const form = find("answers");
const button = find("hand-in");
let toldAboutMissing = "";
let sending = false;
let last = null; // the statement of the answers that were tried last, so that "again" sends the same one

find("demo").hidden = !demo;
find("broken").hidden = !problem;

function show(tone, strong, text) {
  const outcome = find("outcome");
  const first = document.createElement("p");
  first.className = "strong";
  first.textContent = strong;
  const second = document.createElement("p");
  second.textContent = text;
  outcome.className = `notice ${tone}`;
  outcome.replaceChildren(first, second);
  outcome.focus();
}

function question(name) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#question-${name}`;
  link.textContent = find(`question-${name}`).querySelector(".soft").textContent;
  item.append(link);
  return item;
}

/** Says once which questions are open; a second press hands in as it is. */
function stopsForMissing(missing) {
  const key = missing.join();
  const box = find("missing");
  box.hidden = missing.length === 0 || key === toldAboutMissing;
  if (box.hidden) return false;
  toldAboutMissing = key;
  box.querySelector("ul").replaceChildren(...missing.map(question));
  box.focus();
  return true;
}

function statementFor(answers) {
  const key = JSON.stringify(answers);
  if (last?.key !== key) {
    const id = crypto.randomUUID();
    const timestamp = new Date().toISOString();
    last = { key, statement: completedStatement(launch, mark(answers), { id, timestamp }) };
  }
  return last.statement;
}

async function handIn(answers) {
  button.setAttribute("aria-busy", "true");
  button.textContent = "Sending your answers";
  const saved = await send(launch, statementFor(answers));
  button.removeAttribute("aria-busy");
  if (saved) {
    button.textContent = "Hand in changed answers";
    show("good", "Your answers are saved.", "Press Finish in the bar above to hand in.");
  } else {
    button.textContent = "Try again";
    show("bad", "Your answers could not be sent yet.", "They are still here, in this page. Check your connection and press Try again.");
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  const answers = Object.fromEntries(new FormData(form));
  if (stopsForMissing(unanswered(answers))) return;
  if (demo || problem) {
    show("on", "Nothing was sent.", "The quiz was not opened by an exam. Your answers are only in this page.");
    return;
  }
  sending = true;
  await handIn(answers);
  sending = false;
});
