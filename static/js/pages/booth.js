/* A camera on a page in two states, off and live, with words and remedies where it does not work. */

import { close, openCamera } from "../camera.js";
import { enableButtons } from "../dom.js";
import { tellCameraTrouble } from "./cameratrouble.js";

/** `options` choose the camera; `texts` is the page's; `onLive(stream)` and `onOff()` hear of changes. */
export function makeBooth({ options, texts, onLive = () => {}, onOff = () => {} }) {
  const by = (id) => document.getElementById(id);
  const video = by("picture");
  let stream = null;

  by("switch-on").addEventListener("click", switchOn);
  enableButtons();
  window.addEventListener("pagehide", switchOff);
  show("off");

  function show(state) {
    const hadFocus = by("booth").contains(document.activeElement);
    by("booth").dataset.state = state;
    for (const part of document.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
    if (hadFocus && state === "off") by("switch-on").focus();
  }

  async function switchOn() {
    if (by("switch-on").getAttribute("aria-busy")) return;
    by("switch-on").setAttribute("aria-busy", "true");
    const found = await openCamera(options);
    by("switch-on").removeAttribute("aria-busy");
    if (found.problem) return trouble(found.problem);
    by("trouble").hidden = true;
    stream = found.stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => trouble("ended"));
    video.srcObject = stream;
    show("live");
    await video.play().catch(() => {});
    return onLive(stream);
  }

  function switchOff() {
    if (!stream) return;
    close(stream);
    stream = null;
    onOff();
  }

  function trouble(code) {
    switchOff();
    show("off");
    tellCameraTrouble(texts, code);
  }

  return { video, isLive: () => stream !== null, stop: () => (switchOff(), show("off")) };
}
