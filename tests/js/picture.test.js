import assert from "node:assert/strict";
import { test } from "node:test";
import { lightOf, luminance } from "../../static/js/brightness.js";
import { fit, middle } from "../../static/js/picture.js";

for (const [width, height, wanted] of [
  [640, 480, [640, 480]],
  [1280, 960, [1280, 960]],
  [2560, 1440, [1280, 720]],
  [1080, 1920, [720, 1280]],
  [0, 0, [0, 0]],
]) {
  test(`${width} × ${height} is kept as ${wanted.join(" × ")}`, () => assert.deepEqual(Object.values(fit(width, height)), wanted));
}

test("the middle of a picture is the middle", () => assert.deepEqual(middle(1000, 500, 0.5), [250, 125, 500, 250]));

const grey = (value) => Uint8ClampedArray.from({ length: 400 }, (_, i) => (i % 4 === 3 ? 255 : value));
for (const [value, wanted] of [[0, "dark"], [59, "dark"], [61, "good"], [128, "good"], [214, "good"], [216, "bright"], [255, "bright"]]) {
  test(`grey ${value} is ${wanted}`, () => assert.equal(lightOf(grey(value)), wanted));
}

test("green is lighter than blue, and no pixels are no light", () => {
  assert.ok(luminance([0, 255, 0, 255]) > luminance([0, 0, 255, 255]));
  assert.equal(luminance([]), 0);
});
