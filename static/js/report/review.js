/* The flag that is looked at, and what a reviewer makes of it, without losing the place in the films. */

import { setText, swapIcon } from "../dom.js";
import { format } from "../format.js";
import { wallClock } from "./player.js";

/** The next open flag after this one, then from the beginning; null when there is none. Pure. */
export function nextOpen(flags, id) {
  const place = flags.findIndex((flag) => flag.id === id);
  const turned = [...flags.slice(place + 1), ...flags.slice(0, Math.max(place, 0))];
  return turned.find((flag) => flag.state === "open") ?? null;
}

export function makeReview(root, player, data) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const one = (name) => root.querySelector(`[data-do="${name}"]`);
  const card = document.getElementById("flag");
  const flags = data.flags;
  const drafts = new Map();
  let current = flags.find((flag) => flag.id === data.current) ?? null;
  let undone = null;

  const nameOf = (flag) => data.names[flag.metric];
  const neighbour = (step) => {
    const place = flags.indexOf(current) + step;
    return flags[place]?.id ?? data.edges[step < 0 ? 0 : 1];
  };

  function select(id, { seeks = true, focuses = false } = {}) {
    const flag = flags.find((found) => found.id === id);
    if (!flag || !card) return false;
    keepDraft();
    current = flag;
    if (seeks) player.seek(flag.begins - 5000);
    const n = data.first + flags.indexOf(flag) + 1;
    setText(part("place"), format(data.texts.place, { n, total: data.total }));
    setText(document.getElementById("flag-what"), nameOf(flag));
    const [begins, ends] = [flag.begins, flag.ends].map((ms) => wallClock(ms, data.zone));
    setText(part("from-to"), format(data.texts.fromTo, { begins, ends }));
    showAnswer(flag);
    for (const form of card.querySelectorAll("form[data-judge]")) form.action = form.action.replace(/\d+$/, flag.id);
    for (const [name, step] of [["previous", -1], ["next", 1]]) point(one(name), neighbour(step));
    showState(flag);
    for (const row of root.querySelectorAll("[data-flag][aria-current]")) row.removeAttribute("aria-current");
    const row = rowOf(flag);
    row?.setAttribute("aria-current", "true");
    row?.scrollIntoView({ block: "nearest" });
    showDisc(flag);
    history.replaceState(null, "", `?flag=${flag.id}`);
    if (focuses) document.getElementById("flag-what").focus({ preventScroll: true });
    return true;
  }

  function point(link, id) {
    if (!link) return;
    link.hidden = !id;
    if (id) link.href = `?flag=${id}`;
  }

  function showAnswer(flag) {
    const field = part("answer-field");
    if (field) {
      field.value = drafts.get(flag.id) ?? flag.answer;
      part("flag-id").value = flag.id;
    }
    if (!part("answer")) return;
    part("answer").hidden = !flag.answer;
    part("answer-words").textContent = flag.answer;
  }

  function keepDraft() {
    const field = part("answer-field");
    if (field && current && field.value !== current.answer) drafts.set(current.id, field.value);
  }

  const rowOf = (flag) => root.querySelector(`[data-part="log"] [data-flag="${flag.id}"]`);

  function showDisc(flag) {
    for (const disc of root.querySelectorAll('[data-part="timeline"] a')) {
      const holds = Number(disc.dataset.at) <= flag.begins && flag.begins <= Number(disc.dataset.to);
      if (holds) disc.setAttribute("aria-current", "true");
      else disc.removeAttribute("aria-current");
    }
  }

  function showState(flag) {
    const [icon, word, tone] = data.states[flag.state];
    for (const badge of [part("badge"), rowOf(flag)?.querySelector(".badge")]) {
      if (!badge) continue;
      badge.className = `badge ${tone}`;
      swapIcon(badge.querySelector("svg"), icon);
      setText(badge.querySelector("span"), word);
    }
    if (flag === current) {
      card.className = `flag current ${flag.state}`;
      for (const form of card.querySelectorAll("form[data-judge]")) form.hidden = form.dataset.judge === flag.state;
    }
    const disc = root.querySelector(`[data-part="timeline"] a[href="?flag=${flag.id}"]`);
    if (disc && disc.dataset.at === disc.dataset.to) disc.setAttribute("class", flag.state);
  }

  async function judge(state, flag = current) {
    const form = card?.querySelector(`form[data-judge="${state}"]`);
    if (!form || flag.state === state) return;
    const address = form.action.replace(/\d+$/, flag.id);
    const answer = await send(address, new FormData(form));
    if (!answer) return;
    const before = flag.state;
    flag.state = answer.disposition;
    showState(flag);
    showScore(answer.confirmed, (flag.state === "confirmed") - (before === "confirmed"));
    const hint = document.getElementById("negative-hint");
    if (flag.state === "confirmed" && hint?.dataset.then) hint.textContent = hint.dataset.then;
    after(flag);
  }

  async function send(address, body) {
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) return await answer.json();
    } catch {
      // Said below, as for any other refusal.
    }
    setText(part("said"), data.texts.failed);
    return null;
  }

  /** Say what was done, offer to undo it, go on to the next open flag. */
  function after(flag) {
    const values = { what: nameOf(flag), state: data.states[flag.state][1] };
    if (flag.state === "open") {
      setText(part("said"), format(data.texts.undone, values));
      undone = null;
    } else {
      const next = nextOpen(flags, flag.id);
      undone = flag;
      if (next) select(next.id);
      setText(part("said"), format(next ? data.texts.said : data.texts.last, values));
    }
    one("undo").hidden = !undone;
  }

  function showScore(score, step) {
    const counter = part("n-confirmed");
    if (counter) counter.textContent = Number(counter.textContent) + step;
    const number = part("confirmed")?.querySelector(".num");
    if (!number) return;
    number.classList.toggle("none", score === null);
    const small = document.createElement("small");
    small.textContent = " / 100";
    number.replaceChildren(...(score === null ? ["–"] : [String(Math.round(score * 10) / 10), small]));
  }

  card?.addEventListener("submit", (event) => {
    const state = event.target.dataset.judge;
    if (!state) return;
    event.preventDefault();
    judge(state);
  });
  one("undo")?.addEventListener("click", async () => {
    const flag = undone;
    if (!flag) return;
    await judge("open", flag);
    select(flag.id, { seeks: false, focuses: true });
  });
  for (const [name, step] of [["previous", -1], ["next", 1]]) {
    one(name)?.addEventListener("click", (event) => {
      if (select(flags[flags.indexOf(current) + step]?.id)) event.preventDefault();
    });
  }
  const go = (step) => one(step < 0 ? "previous" : "next")?.click();
  return { select, judge, next: () => go(1), previous: () => go(-1), current: () => current };
}
