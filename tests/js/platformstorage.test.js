import assert from "node:assert/strict";
import { test } from "node:test";
import { keeper, storage } from "../../static/js/platformstorage.js";

const ORIGIN = "https://lms.example";
const NAMED = { postMessage() {} };

/** A window inside an LMS's page that answers as `reply` says: a function of the question, or null for silence. */
function framed(reply, { origin = ORIGIN } = {}) {
  const hearers = new Set();
  const asked = [];
  const here = {
    crypto: { randomUUID: () => `id-${asked.length}` },
    addEventListener: (_name, hear) => hearers.add(hear),
    removeEventListener: (_name, hear) => hearers.delete(hear),
  };
  here.parent = {
    frames: { store: NAMED, length: 5 },
    postMessage(data, to) {
      asked.push({ data, to });
      const answer = reply(data);
      if (answer) queueMicrotask(() => hearers.forEach((hear) => hear({ origin, data: answer })));
    },
  };
  return { here, asked, hearers };
}

const echo = (q) => ({ subject: `${q.subject}.response`, message_id: q.message_id, key: q.key, value: q.value ?? "kept" });

test("a value is put and got back from the LMS's own origin", async () => {
  const { here, asked, hearers } = framed(echo);
  const store = storage({ target: "_parent", origin: ORIGIN }, { here });
  assert.equal((await store.put("k", "v")).value, "v");
  assert.equal((await store.get("k")).value, "kept");
  assert.deepEqual(asked.map(({ data, to }) => [data.subject, to]), [["lti.put_data", ORIGIN], ["lti.get_data", ORIGIN]]);
  assert.equal(hearers.size, 0);
});

for (const [what, reply, options] of [
  ["silence", () => null, {}],
  ["another origin", echo, { origin: "https://evil.example" }],
  ["another message", (q) => ({ ...echo(q), message_id: "other" }), {}],
  ["another subject", (q) => ({ ...echo(q), subject: "lti.get_data" }), {}],
  ["no object", () => "lti.get_data.response", {}],
]) {
  test(`${what} is no answer`, async () => {
    const { here } = framed(reply, options);
    assert.equal(await storage({ target: "_parent", origin: ORIGIN }, { here, patience: 20 }).get("k"), null);
  });
}

for (const [what, change] of [["an error", { error: { code: "x" } }], ["the value of another key", { key: "z" }]]) {
  test(`${what} is no value`, async () => {
    const { here } = framed((q) => ({ ...echo(q), ...change }));
    assert.equal(await storage({ target: "_parent", origin: ORIGIN }, { here }).get("k"), null);
  });
}

test("the keeper is the page around us, a frame of that name in it, or the window that opened us", () => {
  const { here } = framed(() => null);
  assert.equal(keeper("_parent", here), here.parent);
  assert.equal(keeper("store", here), NAMED);
  assert.equal(keeper("length", here), here.parent);
  assert.equal(keeper("unknown", here), here.parent);
  const opened = { opener: here.parent };
  opened.parent = opened;
  assert.equal(keeper("_parent", opened), here.parent);
  const alone = {};
  alone.parent = alone;
  assert.equal(keeper("_parent", alone), null);
});
