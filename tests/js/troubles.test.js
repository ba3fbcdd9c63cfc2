import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonOf } from "../../static/js/report/troubles.js";

for (const [status, wanted] of [[200, "broken"], [206, "broken"], [404, "gone"], [410, "gone"], [403, "gone"], [0, "gone"], [429, "away"], [500, "away"], [503, "away"]]) {
  test(`a film whose server answers ${status} is ${wanted}`, async () => {
    assert.equal(await reasonOf("/film", async () => ({ ok: status >= 200 && status < 300, status })), wanted);
  });
}

test("a film whose server does not answer is away", async () => {
  assert.equal(await reasonOf("/film", async () => { throw new TypeError("no network"); }), "away");
});

test("no more is asked for than the head", async () => {
  let asked = null;
  await reasonOf("/film", async (url, options) => { asked = [url, options.method]; return { ok: true, status: 200 }; });
  assert.deepEqual(asked, ["/film", "HEAD"]);
});
