import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, format, isolate, number } from "../../static/js/format.js";

for (const [text, values, wanted] of [
  ["Away for {time}, go on working", { time: "1:20" }, "Away for 1:20, go on working"],
  ["{a} and {a}", { a: 0 }, "0 and 0"],
  ["{missing} stays", {}, "{missing} stays"],
  ["{toString} is no value", {}, "{toString} is no value"],
  ["a name in {braces}", { braces: "{time}" }, "a name in {time}"],
]) {
  test(`"${text}" becomes "${wanted}"`, () => assert.equal(format(text, values), wanted));
}

for (const [seconds, wanted] of [[0, "0:00"], [9, "0:09"], [80, "1:20"], [3599, "59:59"], [3600, "1:00:00"], [4205.9, "1:10:05"], [-3, "0:00"]]) {
  test(`${seconds} seconds are ${wanted}`, () => assert.equal(clock(seconds), wanted));
}

for (const [value, language, wanted] of [[12.34, "en", "12"], [1.26, "en", "1.3"], [1.26, "es", "1,3"], [0.04, "en", "0"]]) {
  test(`${value} is written ${wanted} in ${language}`, () => assert.equal(number(value, language), wanted));
}

test("a name from elsewhere keeps its direction to itself", () => assert.equal(isolate("USB 2.0"), "\u2068USB 2.0\u2069"));
