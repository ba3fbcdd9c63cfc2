/* The timeline: its cursor, the minute that is looked at, its keys, its width. The drawing itself comes from the server. */

import { format } from "../format.js";
import { wallClock } from "./player.js";
import { refresh } from "./refresh.js";

const MINUTE = 60_000;
const BEFORE = 5000;

/** The minute of a moment, and of a place in the drawing; within the attempt. Pure. */
export function minuteOf(ms, { begins, ends }) {
  const last = Math.max(Math.ceil((ends - begins) / MINUTE) - 1, 0);
  return Math.min(Math.max(Math.floor((ms - begins) / MINUTE), 0), last);
}

export function xOf(ms, { begins, ends, plot }, zoom = 1) {
  const share = Math.min(Math.max((ms - begins) / Math.max(ends - begins, 1), 0), 1);
  return Math.round((plot.left + plot.width * zoom * share) * 10) / 10;
}

export function msOf(x, { begins, ends, plot }, zoom = 1) {
  const share = Math.min(Math.max((x - plot.left) / (plot.width * zoom), 0), 1);
  return begins + share * (ends - begins);
}

export function makeTimeline(root, player, data, openList) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const frame = part("timeline");
  const rows = new Map(data.minutes.map((row) => [row[0], row]));
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  const bars = [...(part("shares")?.querySelectorAll("rect") ?? [])];
  const numbers = [...(part("shares")?.querySelectorAll(".num") ?? [])];
  let pointed = null;
  let focused = null;
  let shown = -1;
  let moved = 0;

  const svg = () => frame.querySelector("svg");
  const zoom = () => Number(svg().getAttribute("class").match(/zoom-(\d+)/)?.[1] ?? 1);
  const timeOf = (minute) => wallClock(data.begins + minute * MINUTE, data.zone).slice(0, 5);

  function show(minute) {
    if (minute === shown || !part("minute")) return;
    shown = minute;
    const row = rows.get(minute);
    part("minute").textContent = format(data.texts.minute, { time: timeOf(minute) });
    part("heat").textContent = heatWords(row);
    bars.forEach((bar, n) => bar.setAttribute("width", row?.[n + 2] ?? 0));
    numbers.forEach((number, n) => (number.textContent = row?.[n + 2] ?? "–"));
  }

  function heatWords(row) {
    return row && row[1] !== null ? format(data.texts.heat, { n: row[1] }) : data.texts.unknown;
  }

  function say(minute) {
    const row = rows.get(minute);
    const most = data.metrics.map((metric, n) => [data.names[metric], row?.[n + 2] ?? 0]).filter(([, value]) => value > 0);
    const worst = most.sort((a, b) => b[1] - a[1]).slice(0, 3).map(([name, value]) => `${name} ${value}`);
    const said = part("minute-said");
    if (said) said.textContent = [format(data.texts.minute, { time: timeOf(minute) }), heatWords(row), ...worst].join(", ");
  }

  function follow(ms) {
    const now = performance.now();
    if (pointed === null && focused === null) show(minuteOf(ms, data));
    if (isCalm.matches && player.plays() && now - moved < 1000) return;
    moved = now;
    const cursor = part("cursor");
    if (!cursor) return;
    cursor.setAttribute("transform", `translate(${xOf(ms, data, zoom())} 0)`);
    const text = cursor.querySelector("text");
    const time = wallClock(ms, data.zone);
    if (text.textContent !== time) text.textContent = time;
    if (player.plays()) keepInView(cursor);
  }

  function keepInView(cursor) {
    if (zoom() === 1) return;
    const [inside, outside] = [cursor.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (inside.left < outside.left || inside.right > outside.right) frame.scrollLeft += inside.left - outside.left - outside.width / 4;
  }

  function mark(minute) {
    focused = minute;
    const box = part("focus-minute");
    if (!box) return;
    box.toggleAttribute("hidden", minute === null);
    if (minute === null) return;
    const [from, to] = [minute, minute + 1].map((one) => xOf(data.begins + one * MINUTE, data, zoom()));
    box.setAttribute("x", from);
    box.setAttribute("width", Math.max(to - from, 2));
    box.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    show(minute);
    say(minute);
  }

  function placeOf(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg().getScreenCTM().inverse());
    return msOf(point.x, data, zoom());
  }

  frame.addEventListener("keydown", (event) => {
    if (event.target !== frame || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = focused ?? minuteOf(player.time(), data);
    const last = minuteOf(data.ends, data);
    const next = { ArrowLeft: Math.max(at - 1, 0), ArrowRight: Math.min(at + 1, last), Home: 0, End: last }[event.key];
    if (next !== undefined) mark(next);
    else if (event.key === "Enter") player.seek(data.begins + at * MINUTE - BEFORE);
    else return;
    event.preventDefault();
  });
  frame.addEventListener("blur", () => mark(null));
  frame.addEventListener("pointermove", (event) => {
    pointed = minuteOf(placeOf(event), data);
    show(pointed);
  });
  frame.addEventListener("pointerleave", () => {
    pointed = null;
    show(focused ?? minuteOf(player.time(), data));
  });
  frame.addEventListener("click", (event) => {
    const disc = event.target.closest("a");
    if (disc && disc.dataset.at !== disc.dataset.to && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openList(Number(disc.dataset.at), Number(disc.dataset.to));
    } else if (!disc) player.seek(placeOf(event));
  });
  root.addEventListener("click", async (event) => {
    const link = event.target.closest('[data-part="zooms"] a');
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    await redraw(link.href).catch(() => location.assign(link.href));
    root.querySelector(`[data-part="zooms"] a[aria-current]`)?.focus();
  });

  async function redraw(address) {
    await refresh(address, ["timeline", "zooms"]);
    moved = 0;
    follow(player.time());
    keepInView(part("cursor"));
  }

  player.listen(follow);
  follow(player.time());
  return { redraw, zoom };
}
