/* The page of an assessment: shows what the proctoring tool did to the attempt, and counts the points at the end. */
import { isOver, news, statusWords, timeLeft } from "./assessment-state.js";
import { mark } from "/quiz/marking.js";

const EVERY = 2000;
const find = (id) => document.getElementById(id);
const { stateAddress, status, extraMinutes, secondsLeft } = find("main").dataset;
let known = { status, extra_minutes: Number(extraMinutes) };
let ends = secondsLeft === undefined ? null : Date.now() + Number(secondsLeft) * 1000;

function show({ tone, text }) {
  find("news").className = `notice ${tone}`;
  find("news").textContent = text;
  find("news").focus();
}

function apply(state) {
  const changed = news(known, state);
  known = state;
  ends = state.seconds_left === null ? null : Date.now() + state.seconds_left * 1000;
  find("status").textContent = statusWords(state.status);
  find("questions").disabled = state.status !== "running";
  find("leave").hidden = !isOver(state.status);
  tick();
  if (changed) show(changed);
}

async function poll() {
  try {
    const answer = await fetch(stateAddress, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (answer.ok) apply(await answer.json());
  } catch {
    // Without an answer nothing is known to have changed; the next one comes in two seconds.
  }
  if (!isOver(known.status)) setTimeout(poll, EVERY);
}

function tick() {
  if (!find("time-left")) return;
  find("time-left").textContent = timeLeft(ends === null ? null : (ends - Date.now()) / 1000);
}

find("answers")?.addEventListener("submit", (event) => {
  find("mark").value = mark(Object.fromEntries(new FormData(event.target))).score.raw;
});
tick();
setInterval(tick, 1000);
if (!isOver(status)) poll();
