import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOfSurface, shareScreen } from "../../static/js/screen.js";

const sharing = (surface) => {
  const track = { stopped: false, stop() { this.stopped = true; }, getSettings: () => ({ displaySurface: surface }) };
  return { track, getTracks: () => [track], getVideoTracks: () => [track] };
};
const world = (answer) => ({ isSecureContext: true, navigator: { mediaDevices: { getDisplayMedia: answer } } });

for (const [surface, wanted] of [["monitor", null], ["", null], [undefined, null], ["window", "part"], ["browser", "part"]]) {
  test(`sharing ${surface ?? "something unnamed"} is ${wanted ?? "fine"}`, () => assert.equal(problemOfSurface(surface), wanted));
}

test("a shared window is stopped again", async () => {
  const stream = sharing("window");
  assert.deepEqual(await shareScreen(world(async () => stream)), { problem: "part" });
  assert.ok(stream.track.stopped);
});

test("the whole screen is taken", async () => {
  const stream = sharing("monitor");
  assert.deepEqual(await shareScreen(world(async () => stream)), { stream, surface: "monitor" });
});

for (const [what, given, wanted] of [
  ["a refusal", world(async () => { throw Object.assign(new Error(), { name: "NotAllowedError" }); }), "refused"],
  ["another error", world(async () => { throw new Error(); }), "unknown"],
  ["a phone", { isSecureContext: true, navigator: { mediaDevices: {} } }, "unsupported"],
  ["an insecure page", { isSecureContext: false, navigator: {} }, "insecure"],
]) {
  test(`${what} is ${wanted}`, async () => assert.equal((await shareScreen(given)).problem, wanted));
}
