import assert from "node:assert/strict";
import { test } from "node:test";
import { close, devices, open, openBoth, wish } from "../../static/js/camera.js";
import { problemOf } from "../../static/js/problems.js";

const named = (name) => Object.assign(new Error(name), { name });
const stream = (kinds) => {
  const tracks = kinds.map((kind) => ({ kind, stopped: false, stop() { this.stopped = true; } }));
  const of = (kind) => tracks.filter((track) => track.kind === kind);
  return { getTracks: () => tracks, getVideoTracks: () => of("video"), getAudioTracks: () => of("audio") };
};

/** A browser whose answer depends on what is asked for. */
function world(answer, { granted = [], isSecureContext = true } = {}) {
  const asked = [];
  return {
    asked,
    isSecureContext,
    MediaStream: class { constructor(tracks) { this.tracks = tracks; } },
    navigator: {
      mediaDevices: {
        async getUserMedia(constraints) {
          const kinds = Object.keys(constraints);
          asked.push(kinds.join("+"));
          const given = answer(kinds);
          if (given instanceof Error) throw given;
          return given;
        },
        enumerateDevices: async () => [
          { kind: "videoinput", deviceId: "1", label: "Front" },
          { kind: "videoinput", deviceId: "2", label: "" },
          { kind: "audioinput", deviceId: "3", label: "Headset" },
        ],
      },
      permissions: { query: async ({ name }) => ({ state: granted.includes(name) ? "granted" : "prompt" }) },
    },
  };
}

for (const [name, isSecure, wanted] of [
  ["NotAllowedError", true, "refused"],
  ["NotFoundError", true, "missing"],
  ["NotReadableError", true, "busy"],
  ["OverconstrainedError", true, "unfit"],
  ["SomethingNew", true, "unknown"],
  ["NotAllowedError", false, "insecure"],
]) {
  test(`${name} ${isSecure ? "" : "without https "}is ${wanted}`, () => assert.equal(problemOf(named(name), isSecure), wanted));
}

for (const [kind, options, wanted] of [
  ["audio", {}, {}],
  ["audio", { deviceId: "3" }, { deviceId: { exact: "3" } }],
  ["video", { facing: "environment" }, { width: { ideal: 1280 }, height: { ideal: 960 }, facingMode: { ideal: "environment" } }],
  ["video", { facing: "user", deviceId: "1" }, { width: { ideal: 1280 }, height: { ideal: 960 }, deviceId: { exact: "1" } }],
  ["video", { small: true }, { width: { ideal: 320 }, height: { ideal: 240 } }],
]) {
  test(`the wish for ${kind} with ${JSON.stringify(options)}`, () => assert.deepEqual(wish(kind, options), wanted));
}

test("a browser without devices is told apart from an insecure page", async () => {
  assert.deepEqual(await open({}, { isSecureContext: true }), { problem: "unknown" });
  assert.deepEqual(await open({}, { isSecureContext: false }), { problem: "insecure" });
});

test("both are asked for with one question", async () => {
  const browser = world(stream);
  const found = await openBoth(browser);
  assert.deepEqual(browser.asked, ["video+audio"]);
  assert.deepEqual([found.camera.stream.tracks[0].kind, found.microphone.stream.tracks[0].kind], ["video", "audio"]);
});

test("an absent microphone does not hide the camera", async () => {
  const browser = world((kinds) => (kinds.includes("audio") ? named("NotFoundError") : stream(kinds)));
  const found = await openBoth(browser);
  assert.ok(found.camera.stream);
  assert.equal(found.microphone.problem, "missing");
});

test("after a refusal nobody is asked again, but what is allowed is opened", async () => {
  const refusing = (kinds) => (kinds.includes("video") ? named("NotAllowedError") : stream(kinds));
  const strict = world(refusing);
  assert.deepEqual(await openBoth(strict), { camera: { problem: "refused" }, microphone: { problem: "refused" } });
  assert.deepEqual(strict.asked, ["video+audio"]);
  const half = await openBoth(world(refusing, { granted: ["microphone"] }));
  assert.equal(half.camera.problem, "refused");
  assert.ok(half.microphone.stream);
});

test("only devices with a name can be chosen", async () => {
  assert.deepEqual(await devices("videoinput", world(stream)), [{ deviceId: "1", label: "Front" }]);
  assert.deepEqual(await devices("videoinput", {}), []);
});

test("closing stops every track and bears nothing to close", () => {
  const open = stream(["video", "audio"]);
  close(open);
  close(null);
  assert.ok(open.getTracks().every((track) => track.stopped));
});
