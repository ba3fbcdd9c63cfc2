/* Camera, microphone and screen during an exam: opened, looked after, analysed and recorded as far as the exam asks. */

import { hear } from "../analysis/hear.js";
import { lookAt } from "../analysis/look.js";
import { close, open } from "../camera.js";
import { FINE, UNKNOWN, VIOLATED } from "../monitoring/tracker.js";
import { shareScreen } from "../screen.js";
import { startSnapshots } from "../snapshots.js";
import { makeTape } from "./tape.js";

const FACES = ["c2", "c3"];
const WORKER = new URL("../analysis/faceworker.js", import.meta.url);
/** So long nobody is blamed for a device that is not on yet: the browser asks first, and a person has to press. */
const GRACE_MS = 60_000;
const CAMERA = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 10, max: 15 } };
/** What a browser does to make calls pleasant would hide what the metrics listen for. */
const MICROPHONE = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/**
 * `data` is the page's; `set(metric, state)` keeps a state; `strips` shows what the learner has to do. Answers `{adapt}`,
 * for when `data` asks for something else, and `{stop}`, whose promise is kept when everything that was recorded is kept on
 * this computer.
 */
export function startMedia({ data, set, strips, serverNow, now = () => performance.now() }) {
  const { texts } = data;
  const wants = (device) => data.devices.includes(device);
  const watches = (metrics) => metrics.some((metric) => data.metrics.includes(metric));
  const began = now();
  const video = document.getElementById("picture") ?? Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  const tape = makeTape({ data, set, serverNow });
  const off = (metric) => set(metric, now() - began < GRACE_MS ? UNKNOWN : VIOLATED);
  let face = null;
  let screen = null;
  let looking = null;
  let listening = null;
  let snapshots = null;
  let stopping = null;

  const live = (stream, kind) => stream?.getTracks().find((track) => track.kind === kind && track.readyState === "live") ?? null;

  async function openFace() {
    const wanted = { video: wants("camera") && CAMERA, audio: wants("microphone") && MICROPHONE };
    const found = await open(wanted);
    // The page may have begun to leave while the browser asked.
    if (stopping) return close(found.stream);
    if (found.problem) return loseFace(found.problem);
    strips.unsay("camera");
    face = found.stream;
    face.getTracks().forEach((track) => track.addEventListener("ended", () => loseFace("ended")));
    if (data.tracks.includes("camera")) tape.begin("camera", face);
    return analyse();
  }

  async function analyse() {
    if (wants("camera")) showPicture();
    if (watches(["m1", "m2"])) listening = await hear({ stream: face, track: () => live(face, "audio"), tell: set });
  }

  function stopAnalysing() {
    for (const part of [looking, listening, snapshots]) part?.stop();
    looking = listening = snapshots = null;
  }

  /** What goes on is left alone: a recording that is still asked for keeps running. */
  function adaptFace() {
    stopAnalysing();
    strips.unsay("camera");
    const isEnough = ["camera", "microphone"].every((kind) => wants(kind) === Boolean(live(face, kind === "camera" ? "video" : "audio")));
    if (face && isEnough) {
      if (data.tracks.includes("camera")) tape.begin("camera", face);
      else tape.end("camera");
      return analyse();
    }
    tape.end("camera");
    close(face);
    face = null;
    const preview = document.getElementById("preview");
    if (preview) preview.hidden = true;
    return wants("camera") || wants("microphone") ? openFace() : undefined;
  }

  function adaptScreen() {
    if (!wants("screen")) {
      strips.unsay("screen");
      tape.end("screen");
      close(screen);
      screen = null;
    } else if (!screen) askScreen();
    else if (data.tracks.includes("screen")) tape.begin("screen", screen);
    else tape.end("screen");
  }

  function showPicture() {
    video.srcObject = face;
    video.play().catch(() => {});
    const preview = document.getElementById("preview");
    if (preview) preview.hidden = !data.showsPicture;
    if (data.snapshotSeconds) snapshots ??= takeSnapshots();
    if (watches(["c1", ...FACES])) {
      const makeWorker = watches(FACES) ? () => new Worker(WORKER, { type: "module" }) : null;
      looking ??= lookAt({ video, track: () => live(face, "video"), tell: set, makeWorker });
    }
  }

  function takeSnapshots() {
    const canvas = document.createElement("canvas");
    const everyMs = data.snapshotSeconds * 1000;
    return startSnapshots({ video, canvas, url: data.snapshotUrl, csrf: data.csrf, everyMs, clock: serverNow });
  }

  function loseFace(problem) {
    tape.end("camera");
    listening?.stop();
    listening = null;
    close(face);
    face = null;
    const preview = document.getElementById("preview");
    if (preview) preview.hidden = true;
    lookAfter();
    const words = wants("camera") ? texts.camera : texts.microphone;
    strips.say("camera", {
      tone: "wait",
      icon: wants("camera") ? "video-off" : "mic",
      what: words.what,
      todo: words[problem] ?? "",
      action: { words: words.again, press: openFace },
    });
  }

  function askScreen(problem = null) {
    strips.unsay("screen");
    strips.say("screen", {
      tone: problem ? "wait" : "on",
      icon: "screen",
      what: texts.screen[problem] ?? texts.screen.what,
      todo: texts.screen.todo,
      action: { words: texts.screen.share, press: openScreen },
    });
  }

  async function openScreen() {
    const found = await shareScreen();
    if (stopping) return close(found.stream);
    if (found.problem) return askScreen(found.problem);
    strips.unsay("screen");
    screen = found.stream;
    const [track] = screen.getVideoTracks();
    track.applyConstraints({ width: { max: 1280 }, height: { max: 800 }, frameRate: { max: 5 } }).catch(() => {});
    track.addEventListener("ended", () => {
      tape.end("screen");
      screen = null;
      lookAfter();
      askScreen();
    });
    if (data.tracks.includes("screen")) tape.begin("screen", screen);
    lookAfter();
    return undefined;
  }

  /** What no analysis tells: devices that are off. */
  function lookAfter() {
    if (wants("screen")) live(screen, "video") ? set("s1", FINE) : off("s1");
    if (wants("camera") && !live(face, "video")) {
      off("c1");
      FACES.forEach((metric) => set(metric, UNKNOWN));
    }
    if (wants("microphone") && !live(face, "audio")) {
      off("m1");
      set("m2", UNKNOWN);
    }
    tape.look();
  }

  async function stopAll() {
    clearInterval(timer);
    stopAnalysing();
    await tape.stop();
    close(face);
    close(screen);
  }

  if (wants("camera") || wants("microphone")) openFace();
  if (wants("screen")) askScreen();
  lookAfter();
  const timer = setInterval(lookAfter, 1000);
  return {
    /** The line may be back. */
    online: tape.online,
    async adapt() {
      if (stopping) return;
      adaptScreen();
      await adaptFace();
      lookAfter();
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
