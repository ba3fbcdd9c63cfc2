/* Camera and microphone of the equipment check. */

import { close, devices, openBoth, openCamera, openMicrophone } from "../camera.js";
import { format, isolate } from "../format.js";
import { listen } from "../microphone.js";
import { fillChooser } from "./chooser.js";

/** `report(check, code, detail)` hears every result; `trouble(check, code)` shows a problem. */
export function makeDevices({ rows, texts, report, trouble }) {
  const streams = {};
  let endListening = () => {};

  async function askAll() {
    const asked = ["camera", "microphone"].filter((check) => rows[check]);
    asked.forEach((check) => rows[check].show("busy", texts[check].busy));
    const found = rows.camera ? await openBoth() : { microphone: await openMicrophone() };
    asked.forEach((check) => use(check, found[check]));
  }

  async function again(check, deviceId) {
    report(check, "not_checked");
    rows[check].show("busy", texts[check].busy);
    release(check);
    use(check, await (check === "camera" ? openCamera : openMicrophone)({ deviceId }));
  }

  function use(check, { stream, problem }) {
    release(check);
    if (problem) return trouble(check, problem);
    streams[check] = stream;
    const [track] = stream.getTracks();
    track.addEventListener("ended", () => {
      release(check);
      trouble(check, "ended");
    });
    offerChoice(check, track);
    return check === "camera" ? showPicture(stream, track) : hear(stream, track);
  }

  function showPicture(stream, track) {
    document.getElementById("picture").srcObject = stream;
    const { width = 0, height = 0 } = track.getSettings();
    const said = format(texts.camera.fine, { name: nameOf(track), size: isolate(`${width} × ${height}`) });
    rows.camera.show("fine", said, { device: true });
    report("camera", "fine", said);
  }

  function hear(stream, track) {
    const meter = document.getElementById("level");
    let shown = "";
    endListening = listen(stream, (level, state) => {
      meter.value = level;
      if (state === shown) return;
      shown = state;
      if (state === "quiet") trouble("microphone", "quiet", { device: true });
      if (state === "listening") rows.microphone.show("listening", texts.microphone.listening, { device: true });
      if (state === "heard") {
        const said = format(texts.microphone.fine, { name: nameOf(track) });
        rows.microphone.show("fine", said, { device: !rows.microphone.part("choose").hidden });
        report("microphone", "fine", said);
      }
    });
  }

  function nameOf(track) {
    return isolate(track.label || texts.unnamed);
  }

  async function offerChoice(check, track) {
    const found = await devices(check === "camera" ? "videoinput" : "audioinput");
    fillChooser(rows[check].part("choose"), found, track.getSettings().deviceId);
  }

  function release(check) {
    if (check === "microphone") endListening();
    close(streams[check]);
    delete streams[check];
  }

  for (const check of ["camera", "microphone"].filter((name) => rows[name])) {
    rows[check].again.addEventListener("click", () => again(check));
    rows[check].part("choose").querySelector("select").addEventListener("change", (event) => again(check, event.target.value));
  }
  return { askAll, releaseAll: () => ["camera", "microphone"].forEach(release) };
}
