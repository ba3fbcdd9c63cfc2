/* The answers and what they are worth. A practice quiz: a real one would never mark in the browser. */

const RIGHT = {
  mean: (answer) => answer === "mean",
  spread: (answer) => answer === "same",
  median: (answer) => Number(String(answer).trim().replace(",", ".")) === 7,
  cause: (answer) => answer === "correlation",
};
export const QUESTIONS = Object.keys(RIGHT);
const PASS = 0.5;

export function unanswered(answers) {
  return QUESTIONS.filter((name) => !String(answers[name] ?? "").trim());
}

export function mark(answers) {
  const raw = QUESTIONS.filter((name) => String(answers[name] ?? "").trim() && RIGHT[name](answers[name])).length;
  const scaled = raw / QUESTIONS.length;
  return { score: { scaled, raw, min: 0, max: QUESTIONS.length }, success: scaled >= PASS, completion: true };
}
