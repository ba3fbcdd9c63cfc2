/* What the page of an assessment says when the LMS's view of the attempt changes. Pure. */

const WORDS = {
  running: "Running",
  paused: "Paused by the proctoring tool",
  terminated: "Ended by the proctoring tool",
  complete: "Handed in",
};
const NEWS = {
  paused: { tone: "wait", text: "The attempt was paused. Your answers stay in this page; wait until it goes on." },
  running: { tone: "good", text: "The attempt goes on." },
  terminated: { tone: "bad", text: "The proctoring tool ended this attempt. Nothing can be handed in any more." },
  complete: { tone: "on", text: "This attempt was handed in, perhaps in another window." },
};

export const isOver = (status) => status === "terminated" || status === "complete";
export const statusWords = (status) => WORDS[status] ?? status;

function moreTime(minutes) {
  if (minutes <= 0) return null;
  return { tone: "good", text: `You were given ${minutes} more ${minutes === 1 ? "minute" : "minutes"}.` };
}

/** What is new, or null. Between two looks several things may have happened. */
export function news(before, now) {
  const changed = now.status === before.status ? null : NEWS[now.status];
  const all = [changed, moreTime(now.extra_minutes - before.extra_minutes)].filter(Boolean);
  return all.length === 0 ? null : { tone: all[0].tone, text: all.map(({ text }) => text).join(" ") };
}

export function timeLeft(seconds) {
  if (seconds === null || Number.isNaN(seconds)) return "no limit";
  const whole = Math.max(0, Math.ceil(seconds));
  return whole === 0 ? "none: hand in now" : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
