/* The part of the exam page that has to do with where the questions are: the window of a quiz, and its access code. */

import { answerWithCode, fetchCode } from "../codehandover.js";
import { enableButtons, setText, setTone } from "../dom.js";
import { makeDoubt, makeQuizWindow } from "../quizwindow.js";

const LOOK_MS = 1000;
const by = (id) => document.getElementById(id);
const never = () => false;

/** Answers `{doubts(metric)}`: whether our window can't tell a metric because the quiz may be in front of it. */
export function tendQuiz(data) {
  if (data.codeOrigin) {
    const ask = () => fetchCode(data.codeUrl, data.csrf);
    answerWithCode({ frame: () => by("questions")?.contentWindow, origin: data.codeOrigin, ask });
  }
  if (!data.quiz) return { doubts: never };
  return { doubts: makeDoubt(tendWindow(data)) };
}

function tendWindow(data) {
  const quiz = makeQuizWindow({ url: data.quiz.url, key: `quiz-${data.id}` });
  const show = () => showState(quiz.look(), data.quiz.texts);
  by("open-quiz").addEventListener("click", (event) => {
    event.preventDefault();
    quiz.press();
    show();
  });
  by("still-open").addEventListener("click", () => {
    quiz.insist();
    show();
  });
  by("show-code")?.addEventListener("click", () => showCode(data));
  by("copy-code")?.addEventListener("click", () => copyCode(data.quiz.texts));
  enableButtons();
  setInterval(show, LOOK_MS);
  show();
  return quiz;
}

function showState(state, texts) {
  const box = by("quiz-state");
  box.hidden = state === "never";
  setText(by("quiz-words"), texts[state] ?? "");
  setTone(box, state === "blocked" || state === "closed" ? "wait" : "on");
  by("still-open").hidden = state !== "closed";
  setText(by("open-quiz-words"), state === "never" || state === "blocked" ? texts.first : texts.again);
}

async function showCode(data) {
  by("show-code").disabled = true;
  const code = await fetchCode(data.codeUrl, data.csrf);
  by("show-code").disabled = false;
  setText(by("code-problem"), code === null ? data.quiz.texts.noCode : "");
  if (code === null) return;
  by("code").textContent = code;
  by("code-box").hidden = false;
  by("show-code").hidden = true;
  by("copy-code").focus();
}

async function copyCode(texts) {
  try {
    await navigator.clipboard.writeText(by("code").textContent);
    setText(by("code-copied"), texts.copied);
  } catch {
    setText(by("code-copied"), texts.notCopied);
  }
}
