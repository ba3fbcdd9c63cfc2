import assert from "node:assert/strict";
import test from "node:test";

import { PATIENCE_MS, guardForms, loadAnew } from "../../static/js/leaving.js";

function world() {
  const view = Object.assign(new EventTarget(), { now: 0, loads: 0 });
  view.performance = { now: () => view.now };
  view.location = { reload: () => (view.loads += 1) };
  const page = new EventTarget();
  guardForms(page, view);
  return { view, page };
}

function press(page, form) {
  const event = new Event("submit", { cancelable: true });
  Object.defineProperty(event, "target", { value: form });
  page.dispatchEvent(event);
  return !event.defaultPrevented;
}

test("a form is sent once, and again when nothing came of it", () => {
  const { view, page } = world();
  const form = { method: "post", target: "" };
  assert.equal(press(page, form), true);
  assert.equal(press(page, form), false);
  view.now = PATIENCE_MS;
  assert.equal(press(page, form), true);
  view.dispatchEvent(new Event("pageshow"));
  assert.equal(press(page, form), true);
  view.dispatchEvent(new Event("pageshow"));
});

test("a form for another window may be sent as often as its reader likes", () => {
  const { page } = world();
  const form = { method: "post", target: "exam" };
  assert.deepEqual([press(page, form), press(page, form)], [true, true]);
});

test("nothing loads the page anew while a form is on its way", () => {
  const { view, page } = world();
  loadAnew(view);
  assert.equal(view.loads, 1);
  press(page, { method: "post", target: "" });
  loadAnew(view);
  assert.equal(view.loads, 1);
  view.now = PATIENCE_MS;
  loadAnew(view);
  assert.equal(view.loads, 2);
  view.dispatchEvent(new Event("pageshow"));
});
