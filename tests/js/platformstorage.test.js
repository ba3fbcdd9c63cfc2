import assert from "node:assert/strict";
import { test } from "node:test";
import { keeper, storage } from "../../static/js/platformstorage.js";

const LMS = "https://lms.example";

/** Our window in a frame of the LMS; what was posted to whom, and a way to answer. */
function within(frames = {}) {
  const posted = [];
  const windowOf = (name) => ({ postMessage: (message, origin) => posted.push({ name, message, origin }) });
  const outer = { ...windowOf("outer"), frames: {} };
  for (const name of Object.keys(frames)) outer.frames[name] = frames[name] ?? windowOf(name);
  const heard = new Set();
  const here = {
    parent: outer,
    opener: null,
    crypto: { randomUUID: () => "m1" },
    addEventListener: (_kind, listener) => heard.add(listener),
    removeEventListener: (_kind, listener) => heard.delete(listener),
  };
  return { here, outer, posted, say: (data, origin = LMS) => [...heard].forEach((listener) => listener({ data, origin })) };
}

test("a frame of the name keeps the values", () => {
  const { here, outer } = within({ lti_store: null });
  assert.equal(keeper("lti_store", here), outer.frames.lti_store);
  assert.equal(keeper("_parent", here), outer);
  assert.equal(keeper("nobody", here), outer);
});

for (const name of ["location", "close", "length", "constructor", "__proto__", "toString"]) {
  test(`a property of every window is no frame: ${name}`, () => {
    const { here, outer } = within({ location: { href: "x" }, close: () => {}, length: 3 });
    assert.equal(keeper(name, here), outer);
  });
}

test("a window alone has nobody who keeps anything", async () => {
  const here = { opener: null };
  here.parent = here;
  assert.equal(keeper("_parent", here), null);
  assert.equal(await storage({ target: "_parent", origin: LMS }, { here }).get("k"), null);
});

test("the value goes to the origin of the platform only", async () => {
  const { here, posted, say } = within();
  const done = storage({ target: "_parent", origin: LMS }, { here }).put("k", "v");
  assert.deepEqual(posted, [
    { name: "outer", message: { subject: "lti.put_data", key: "k", value: "v", message_id: "m1" }, origin: LMS },
  ]);
  say({ subject: "lti.put_data.response", message_id: "m1", key: "k", value: "v" });
  assert.equal((await done).value, "v");
});

const ANSWER = { subject: "lti.get_data.response", message_id: "m1", key: "k", value: "v" };
const WRONG = {
  "from another origin": [ANSWER, "https://evil.example"],
  "from nowhere": [ANSWER, "null"],
  "to another question": [{ ...ANSWER, message_id: "m2" }],
  "of another kind": [{ ...ANSWER, subject: "lti.put_data.response" }],
  "of another key": [{ ...ANSWER, key: "other" }],
  "an error": [{ ...ANSWER, error: { code: "x" } }],
  nothing: [null],
  "a text": ["lti.get_data.response"],
};
for (const [name, [data, origin]] of Object.entries(WRONG)) {
  test(`an answer counts for nothing: ${name}`, async () => {
    const { here, say } = within();
    const asked = storage({ target: "_parent", origin: LMS }, { here, patience: 5 }).get("k");
    say(data, origin);
    assert.equal(await asked, null);
  });
}
