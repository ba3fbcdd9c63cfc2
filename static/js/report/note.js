/* The dialog for a note or an incident, with a picture out of the films where that is wanted. */

import { setText } from "../dom.js";
import { refresh } from "./refresh.js";
import { wallClock } from "./player.js";

const MOST_BYTES = 1_000_000;
const SIDE = 1280;

/** The films of this moment beside each other as a JPEG below 1 MB, or null. */
export async function pictureOf(videos) {
  const shown = videos.filter((video) => video?.videoWidth);
  if (!shown.length) return null;
  const height = Math.min(Math.max(...shown.map((video) => video.videoHeight)), 720);
  const widths = shown.map((video) => Math.round((video.videoWidth * height) / video.videoHeight));
  const scale = Math.min(1, (SIDE * shown.length) / widths.reduce((sum, width) => sum + width, 0));
  const canvas = document.createElement("canvas");
  canvas.height = Math.round(height * scale);
  canvas.width = widths.reduce((sum, width) => sum + Math.round(width * scale), 0);
  const pen = canvas.getContext("2d");
  let left = 0;
  shown.forEach((video, n) => {
    const width = Math.round(widths[n] * scale);
    pen.drawImage(video, left, 0, width, canvas.height);
    left += width;
  });
  for (const quality of [0.85, 0.6, 0.35]) {
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= MOST_BYTES) return blob;
  }
  return null;
}

export function bindNote(root, player, data) {
  const dialog = document.getElementById("note");
  if (!dialog) return null;
  const form = dialog.querySelector("form");
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const problem = part("note-problem");

  function open() {
    player.pause();
    part("moment").value = new Date(player.time()).toISOString();
    part("moment-words").textContent = wallClock(player.time(), data.zone);
    problem.hidden = true;
    if (dialog.open) dialog.close();
    dialog.showModal();
    dialog.querySelector("textarea").focus();
  }

  function complain(text) {
    setText(problem.querySelector("span"), text);
    problem.hidden = false;
  }

  async function body() {
    const fields = new FormData(form);
    if (!part("with-picture")?.checked) return fields;
    const picture = await pictureOf([player.video("camera"), player.video("screen")]);
    if (picture) fields.set("picture", picture, "picture.jpg");
    return fields;
  }

  async function save() {
    try {
      const answer = await fetch(form.action, { method: "POST", body: await body(), headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (!answer.ok) return complain(said.detail ?? data.texts.failed);
      dialog.close();
      form.reset();
      await refresh(location.href, ["remarks", "timeline"]);
      document.getElementById(`remark-${said.remark}`)?.scrollIntoView({ block: "nearest" });
    } catch {
      complain(data.texts.failed);
    }
    return null;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  dialog.querySelector('[data-do="close"]').addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  root.addEventListener("click", (event) => {
    if (!event.target.closest('[data-do="note"]')) return;
    event.preventDefault();
    open();
  });
  if (dialog.open) open();
  return open;
}
