import assert from "node:assert/strict";
import { test } from "node:test";
import { missingFeatures, nameBrowser } from "../../static/js/browser.js";

const full = () => ({
  isSecureContext: true,
  navigator: { mediaDevices: { getUserMedia() {} } },
  MediaRecorder: class {},
  fetch() {},
  indexedDB: {},
  Worker: class {},
});

test("a full browser lacks nothing", () => assert.deepEqual(missingFeatures(full()), []));

for (const [what, changes, wanted] of [
  ["an insecure address", { isSecureContext: false, navigator: {} }, ["secure", "camera"]],
  ["no recorder", { MediaRecorder: undefined }, ["recorder"]],
  ["no worker", { Worker: undefined }, ["worker"]],
]) {
  test(`${what} is noticed`, () => assert.deepEqual(missingFeatures({ ...full(), ...changes }), wanted));
}

test("storage that throws counts as missing", () => {
  const window = Object.defineProperty(full(), "indexedDB", { get: () => { throw new Error("blocked"); } });
  assert.deepEqual(missingFeatures(window), ["storage"]);
});

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
for (const [agent, family, name, version] of [
  ["Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0", "firefox", "Firefox", "146"],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "chromium", "Chrome", "140"],
  ["Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.1", "chromium", "Edge", "140"],
  [`${MAC} Version/18.2 Safari/605.1.15`, "safari", "Safari", "18"],
  [`${MAC} Version/18.2 Mobile/15E148 Safari/604.1`, "safari", "Safari", "18"],
  ["something else", "other", "", ""],
]) {
  test(`${name || "an unknown browser"} ${version} is of the family ${family}`, () =>
    assert.deepEqual(nameBrowser(agent), { family, name, version }));
}
