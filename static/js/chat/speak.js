/* A message that a proctor says: recorded, heard once more, sent or thrown away. */

import { close, open } from "../camera.js";
import { setText } from "../dom.js";
import { clock } from "../format.js";

const TYPES = { sound: ["audio/webm;codecs=opus", "audio/webm"], picture: ["video/webm;codecs=vp8,opus", "video/webm"] };
const RATES = { videoBitsPerSecond: 250_000, audioBitsPerSecond: 32_000 };
const PICTURE = { width: { ideal: 480 }, height: { ideal: 360 }, frameRate: { ideal: 12, max: 15 } };

/**
 * `box` has the parts `record`, `stop`, `drop`, `with-picture`, `time`, `live` (a video), `played`, and `spoken-said`.
 * `seconds` is the longest. Answers `{blob, drop}`.
 */
export function makeSpeaker({ box, seconds, texts, world = globalThis }) {
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const say = (words) => setText(part("spoken-said"), words);
  let [recorder, stream, timer, blob, address] = [null, null, 0, null, ""];

  part("record").addEventListener("click", begin);
  part("stop").addEventListener("click", () => recorder?.stop());
  part("drop").addEventListener("click", () => {
    drop();
    say(texts.dropped);
    part("record").focus();
  });
  world.addEventListener("pagehide", () => close(stream));

  async function begin() {
    const withPicture = part("with-picture").checked;
    const type = TYPES[withPicture ? "picture" : "sound"].find((one) => world.MediaRecorder?.isTypeSupported(one));
    if (!type) return say(texts.unsupported);
    const found = await open({ audio: true, video: withPicture && PICTURE });
    if (found.problem) return say(texts.problems[found.problem] ?? texts.problems.other);
    drop();
    stream = found.stream;
    Object.assign(part("live"), { srcObject: withPicture ? stream : null, hidden: !withPicture });
    const pieces = [];
    recorder = new world.MediaRecorder(stream, { mimeType: type, ...RATES });
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.onstop = () => finish(new Blob(pieces, { type: withPicture ? "video/webm" : "audio/webm" }), withPicture);
    recorder.start(1000);
    const began = Date.now();
    timer = setInterval(() => tick((Date.now() - began) / 1000), 250);
    tick(0);
    look("recording");
    say(texts.recording);
    part("stop").focus();
  }

  function tick(gone) {
    setText(part("time"), `${clock(gone)} / ${clock(seconds)}`);
    if (gone >= seconds) recorder.stop();
  }

  function finish(recorded, withPicture) {
    clearInterval(timer);
    close(stream);
    Object.assign(part("live"), { srcObject: null, hidden: true });
    blob = recorded;
    address = URL.createObjectURL(blob);
    const film = document.createElement(withPicture ? "video" : "audio");
    Object.assign(film, { src: address, controls: true });
    film.setAttribute("aria-label", texts.hear);
    part("played").replaceChildren(film);
    look("recorded");
    say(texts.recorded);
    part("drop").focus();
  }

  function drop() {
    if (address) URL.revokeObjectURL(address);
    [blob, address] = [null, ""];
    part("played").replaceChildren();
    look("empty");
  }

  function look(state) {
    part("record").hidden = state !== "empty";
    part("stop").hidden = part("time").hidden = state !== "recording";
    part("drop").hidden = state !== "recorded";
    part("with-picture").closest("label").hidden = state !== "empty";
  }

  look("empty");
  return { blob: () => blob, isBusy: () => recorder?.state === "recording", drop };
}
