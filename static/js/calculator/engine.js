/* A pocket calculator as a state and a function of keys. It works from left to right, as pocket calculators do. Pure. */

import { add, divide, fraction, isWhole, multiply, parse, show, subtract } from "./fraction.js";

/** Digits of an entry and of what is shown. */
export const DIGITS = 16;
const LARGEST = 10n ** BigInt(DIGITS);
const WORK = { "+": add, "-": subtract, "*": multiply, "/": divide };
const HUNDREDTH = fraction(1n, 100n);

/** `entry`: what is typed, else null; `value`: what is shown otherwise; `left` and `op`: what waits for the second number,
    `waits` until it is begun; `again`: what a further "=" repeats; `problem`: null, "zero" or "long". */
export const START = Object.freeze({
  entry: null, value: fraction(0n), left: null, op: null, waits: false, again: null, memory: null, problem: null,
});

const current = (state) => (state.entry === null ? state.value : parse(state.entry));
const cleared = (state) => ({ ...START, memory: state.memory });
const tooLong = ({ top, bottom }) => (top < 0n ? -top : top) >= LARGEST * bottom;

function put(state, value, changes = {}) {
  if (value === null) return { ...cleared(state), problem: "zero" };
  if (tooLong(value)) return { ...cleared(state), problem: "long" };
  return { ...state, entry: null, value, ...changes };
}

function digit(state, key) {
  const entry = state.entry ?? "0";
  if (entry.replace(/\D/g, "").length >= DIGITS) return state;
  return { ...state, entry: /^-?0$/.test(entry) ? entry.replace("0", key) : `${entry}${key}` };
}

function point(state) {
  const entry = state.entry ?? "0";
  return entry.includes(".") ? state : { ...state, entry: `${entry}.` };
}

function operate(state, op) {
  const left = current(state);
  if (state.op === null || state.waits) return put(state, left, { left, op, waits: true, again: null });
  const value = WORK[state.op](state.left, current(state));
  return put(state, value, { left: value, op, waits: true, again: null });
}

function equals(state) {
  if (state.op !== null) {
    const right = current(state);
    return put(state, WORK[state.op](state.left, right), { left: null, op: null, waits: false, again: [state.op, right] });
  }
  if (!state.again) return put(state, current(state));
  const [op, right] = state.again;
  return put(state, WORK[op](current(state), right));
}

/** After + and − a share of the first number (200 + 10 % is 220), otherwise a hundredth. */
function percent(state) {
  const share = multiply(current(state), HUNDREDTH);
  const isOfLeft = state.op === "+" || state.op === "-";
  return put(state, isOfLeft ? multiply(state.left, share) : share, { waits: false });
}

const remember = (state, work) => put(state, current(state), { memory: work(state.memory ?? START.value, current(state)) });

const KEYS = {
  ".": point,
  "=": equals,
  "%": percent,
  sign: (state) =>
    state.entry === null
      ? put(state, subtract(START.value, state.value), { waits: false })
      : { ...state, entry: state.entry.startsWith("-") ? state.entry.slice(1) : `-${state.entry}` },
  back: (state) => (state.entry === null ? state : { ...state, entry: /^-?\d$/.test(state.entry) ? "0" : state.entry.slice(0, -1) }),
  clear: cleared,
  "m+": (state) => remember(state, add),
  "m-": (state) => remember(state, subtract),
  mr: (state) => (state.memory === null ? state : put(state, state.memory, { waits: false })),
  mc: (state) => ({ ...state, memory: null }),
};

/** The state after a key: a digit, one of `+ - * / . = %`, "sign", "back", "clear", "m+", "m-", "mr", "mc". */
export function press(state, key) {
  const from = state.problem ? cleared(state) : state;
  if (/^[0-9]$/.test(key)) return { ...digit(from, key), waits: false };
  if (key === ".") return { ...point(from), waits: false };
  if (Object.hasOwn(WORK, key)) return operate(from, key);
  return Object.hasOwn(KEYS, key) ? KEYS[key](from) : state;
}

/** What is shown: `number` as typed or rounded, whether it `isRounded`, and `before`, the number and sign that wait. */
export function shown(state) {
  const isTyped = state.entry !== null;
  return {
    number: isTyped ? state.entry : show(state.value, DIGITS),
    isRounded: !isTyped && !isWhole(state.value, DIGITS),
    before: state.op === null ? null : { number: show(state.left, DIGITS), op: state.op },
    hasMemory: state.memory !== null,
    problem: state.problem,
  };
}

const OF_KEYBOARD = {
  Enter: "=", "=": "=", "+": "+", "-": "-", "−": "-", "*": "*", "×": "*", "/": "/", ":": "/", "÷": "/", "%": "%",
  ".": ".", ",": ".", "٫": ".", Backspace: "back", Delete: "clear", c: "clear", C: "clear",
};

/** The calculator's key for a key of the keyboard, or null. */
export function keyOf({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[0-9]$/.test(key)) return key;
  // Digits of Arabic keyboards.
  const place = "٠١٢٣٤٥٦٧٨٩".indexOf(key);
  if (place >= 0 && key.length === 1) return String(place);
  return Object.hasOwn(OF_KEYBOARD, key) ? OF_KEYBOARD[key] : null;
}
