import assert from "node:assert/strict";
import { test } from "node:test";

import { readKeys } from "../../static/js/seb.js";

const now = async () => {};

test("reads both keys, or the one there is", async () => {
  const both = { SafeExamBrowser: { security: { configKey: "c", browserExamKey: "b" } } };
  assert.deepEqual(await readKeys(both, { pause: now }), { config: "c", browser: "b" });
  const one = { SafeExamBrowser: { security: { configKey: "c" } } };
  assert.deepEqual(await readKeys(one, { pause: now }), { config: "c", browser: "" });
});

test("gives up where there is no such browser, or it says nothing of use", async () => {
  for (const host of [{}, { SafeExamBrowser: {} }, { SafeExamBrowser: { security: { configKey: 5 } } }]) {
    let n = 0;
    assert.equal(await readKeys(host, { looks: 3, pause: async () => { n += 1; } }), null);
    assert.equal(n, 3);
  }
});

test("waits for an object that comes late", async () => {
  const host = {};
  const pause = async () => { host.SafeExamBrowser = { security: { configKey: "late" } }; };
  assert.equal((await readKeys(host, { pause })).config, "late");
});

test("asks a version that fills in its keys only then, and bears one that fails", async () => {
  const security = { configKey: "", updateKeys() { security.configKey = "asked"; } };
  assert.equal((await readKeys({ SafeExamBrowser: { security } }, { pause: now })).config, "asked");
  const broken = { SafeExamBrowser: { security: { updateKeys() { throw new Error("no"); } } } };
  assert.equal(await readKeys(broken, { looks: 2, pause: now }), null);
});
