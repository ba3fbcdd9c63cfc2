/* The report: films, timeline, flags and keys of one page. */

import { enableButtons, make } from "../dom.js";
import { format } from "../format.js";
import { bindKeys } from "../report/keys.js";
import { bindNote } from "../report/note.js";
import { started, wallClock } from "../report/player.js";
import { makeReview } from "../report/review.js";
import { makeTimeline } from "../report/timeline.js";
import { bindTroubles } from "../report/troubles.js";

const BEFORE = 5000;
const { player, data, root } = started;
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const keys = document.getElementById("keys");

enableButtons(root);
const review = makeReview(root, player, data);
makeTimeline(root, player, data, openList);
bindTroubles(root, player, data);
const note = bindNote(root, player, data);

bindKeys(
  {
    toggle: () => player.toggle(),
    pause: () => player.pause(),
    back: () => player.by(-5000),
    on: () => player.by(5000),
    tenBack: () => player.by(-10_000),
    tenOn: () => player.by(10_000),
    start: () => player.seek(data.begins),
    end: () => player.seek(data.ends),
    next: review.next,
    previous: review.previous,
    confirm: () => review.judge("confirmed"),
    dismiss: () => review.judge("dismissed"),
    note: () => note?.(),
    keys: () => keys.showModal(),
  },
  keys,
);
root.querySelector('[data-do="keys"]').addEventListener("click", () => keys.showModal());
root.querySelector('[data-do="only-flags"]')?.addEventListener("click", ({ currentTarget }) => {
  const only = currentTarget.getAttribute("aria-pressed") !== "true";
  currentTarget.setAttribute("aria-pressed", String(only));
  part("log").classList.toggle("only-flags", only);
});

/** Whatever tells of a moment leads to 5 seconds before it. */
root.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-at]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const flag = Number(link.dataset.flag ?? link.getAttribute("href").match(/^\?flag=(\d+)$/)?.[1] ?? 0);
  if (!flag || !review.select(flag)) player.seek(Number(link.dataset.at) - BEFORE);
});

/** What one disc of several stands for: rows of the list, and pictures. */
function openList(at, to) {
  const box = part("several");
  const title = make("p", "strong", format(data.texts.several, { begins: wallClock(at, data.zone), ends: wallClock(to, data.zone) }));
  title.tabIndex = -1;
  const list = make("ol", "log");
  for (const row of part("log")?.querySelectorAll("a[data-at]") ?? []) {
    const moment = Number(row.dataset.at);
    if (moment < at || moment > to) continue;
    const copy = row.cloneNode(true);
    copy.removeAttribute("id");
    copy.removeAttribute("aria-current");
    const item = make("li");
    item.append(copy);
    list.append(item);
  }
  const pictures = make("div", "photos many");
  for (const [moment, id] of data.photos.filter(([when]) => when >= at && when <= to).slice(0, 24)) pictures.append(thumb(moment, id));
  box.replaceChildren(title, ...[list, pictures].filter((one) => one.childElementCount));
  box.hidden = false;
  title.focus();
}

function thumb(moment, id) {
  const link = make("a");
  link.href = `?part=pictures#photo-${id}`;
  link.dataset.at = moment;
  const image = make("img", "photo");
  image.src = data.photo.replace(/0$/, id);
  image.alt = format(data.texts.picture, { time: wallClock(moment, data.zone) });
  image.loading = "lazy";
  link.append(image);
  return link;
}

if (data.opened) {
  let isTold = false;
  player.onUse(() => {
    if (isTold) return;
    isTold = true;
    const headers = { "X-CSRFToken": data.csrf, Accept: "application/json" };
    fetch(data.opened, { method: "POST", headers }).catch(() => (isTold = false));
  });
}
