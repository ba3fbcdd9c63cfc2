import assert from "node:assert/strict";
import { test } from "node:test";
import { hasZone, zoneCookies } from "../../static/js/zone.js";

test("a secure page tries the cookie for frames first", () => {
  const [first, second] = zoneCookies("Europe/Madrid", true);
  assert.match(first, /^timezone=Europe\/Madrid; path=\/; .*SameSite=None; Secure; Partitioned$/);
  assert.match(second, /SameSite=Lax$/);
});

test("without https there is the plain one only", () => assert.equal(zoneCookies("Etc/GMT+1", false).length, 1));

for (const zone of [undefined, "", "a; path=/x", "é", "x".repeat(65)]) {
  test(`${String(zone).slice(0, 12)} is no zone`, () => assert.deepEqual(zoneCookies(zone, true), []));
}

for (const [cookies, wanted] of [["a=b; timezone=Europe/Madrid", true], ["timezone=Europe/Mad", false], ["", false], ["mytimezone=Europe/Madrid", false]]) {
  test(`"${cookies}" ${wanted ? "has" : "lacks"} the zone`, () => assert.equal(hasZone(cookies, "Europe/Madrid"), wanted));
}
