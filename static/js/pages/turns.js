/* The turns of the look around the room on a page: the present one in words, spoken if wanted, and the row of all. */

import { setIcon, setText, setTone } from "../dom.js";
import { speak } from "../guidance.js";
import { take } from "../picture.js";
import { nextTurn, sendTurn } from "../room.js";

/** `data` is the page's; `onChange(done)` hears of every new picture. Answers `{show, shoot}`. */
export function makeTurns(data, onChange = () => {}) {
  const by = (id) => document.getElementById(id);
  const language = document.documentElement.lang;
  let done = data.done;

  by("speak")?.toggleAttribute("hidden", !window.speechSynthesis);
  by("speak")?.addEventListener("click", toggleSpeech);
  tell();

  function show(now) {
    if (String(now) === String(done)) return;
    done = now;
    for (const row of by("room-turns").children) {
      const isDone = done.includes(row.dataset.turn);
      const badge = row.querySelector("[data-part=badge]");
      setTone(badge, isDone ? "good" : "plain");
      badge.classList.toggle("outline", !isDone);
      setIcon(badge.querySelector("svg"), data.icons, isDone ? "check" : "dash");
      setText(badge.querySelector("[data-part=word]"), isDone ? data.texts.taken : data.texts.open);
    }
    tell();
    onChange(done);
  }

  function tell() {
    say(nextTurn(data.turns, done)?.todo ?? data.texts.all);
    if (by("shoot")) by("shoot").hidden = !nextTurn(data.turns, done) || by("booth").dataset.state !== "live";
  }

  function say(sentence) {
    setText(by("room-todo"), sentence);
    if (by("speak")?.getAttribute("aria-pressed") === "true") speak(sentence, language);
  }

  function toggleSpeech() {
    const on = by("speak").getAttribute("aria-pressed") !== "true";
    by("speak").setAttribute("aria-pressed", String(on));
    if (on) speak(by("room-todo").textContent, language);
    else window.speechSynthesis.cancel();
  }

  /** Take the present turn's picture of what the video shows. */
  async function shoot(video) {
    const turn = nextTurn(data.turns, done);
    if (!turn || !video.videoWidth || by("shoot").getAttribute("aria-busy")) return;
    by("shoot").setAttribute("aria-busy", "true");
    const photo = await take(video, document.createElement("canvas"));
    const now = await sendTurn(data.roomUrl, data.csrf, turn.key, photo);
    by("shoot").removeAttribute("aria-busy");
    if (now) show(now);
    else say(data.texts.failed);
  }

  return { show, shoot, tell };
}
