/* Keys of the report, which can be switched off and stay off. */

const STORED = "report-keys";
const LETTERS = { k: "pause", j: "tenBack", l: "tenOn", n: "next", p: "previous", c: "confirm", d: "dismiss", m: "note", "?": "keys" };
const OTHERS = { " ": "toggle", ArrowLeft: "back", ArrowRight: "on", Home: "start", End: "end" };

/** What a key means here, or null: not while somebody writes, and not what a focused control does itself: `presses` with
    the space bar, `moves` with arrows. Pure. */
export function actionOf(key, { writes = false, presses = false, moves = false, withModifier = false } = {}) {
  if (withModifier || writes) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (Object.hasOwn(LETTERS, name)) return LETTERS[name];
  if (key === " " ? presses : moves) return null;
  return Object.hasOwn(OTHERS, key) ? OTHERS[key] : null;
}

/** What a key pressed on an element would otherwise do. */
export function roleOf(element) {
  const tag = element.tagName?.toLowerCase();
  const isRange = tag === "input" && element.type === "range";
  return {
    writes: element.isContentEditable || tag === "textarea" || tag === "select" || (tag === "input" && !isRange && !["checkbox", "radio"].includes(element.type)),
    presses: Boolean(element.closest?.("button, summary, input[type='checkbox'], input[type='radio']")),
    moves: Boolean(element.closest?.("input, [data-part='timeline'], [data-part='log']")),
  };
}

export function areOn(store = globalThis.localStorage) {
  try {
    return store.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

function keep(isOn) {
  try {
    if (isOn) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "off");
  } catch {
    // Without storage they are on again the next time.
  }
}

/** Listen on the page; `actions` by name. */
export function bindKeys(actions, dialog) {
  const box = dialog.querySelector('[data-do="keys-on"]');
  box.checked = areOn();
  box.addEventListener("change", () => keep(box.checked));
  dialog.querySelector('[data-do="close"]').addEventListener("click", () => dialog.close());
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const withModifier = event.ctrlKey || event.altKey || event.metaKey;
    const action = actions[actionOf(event.key, { ...roleOf(event.target), withModifier })];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
