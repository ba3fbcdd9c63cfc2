/* What the checks found: the rules of the check page. Pure. */

export const FINE = "fine";

/** The findings as they are sent. */
export function toSend(results) {
  return JSON.stringify(Object.fromEntries(
    Object.entries(results).map(([check, { result, detail = "" }]) => [check, { result, detail }]),
  ));
}

/** The first check that is not fine, in the order of the page; null when all are. */
export function firstOpen(checks, results) {
  return checks.find((check) => results[check]?.result !== FINE) ?? null;
}

/** The words of a problem: those of the check before those of all checks, remedies of the browser's family first. */
export function wordsOf(texts, check, code, family) {
  const words = texts.problems[check]?.[code] ?? texts.problems.any[code] ?? texts.problems.any.unknown;
  const allow = words.allow ? [texts.allow[family] ?? texts.allow.other] : [];
  return { said: words.said, remedies: [...allow, ...words.remedies] };
}
