/* Exact numbers: fractions of whole numbers of any size, so that 0.1 + 0.2 is 0.3 and 1 ÷ 3 × 3 is 1. Pure. */

/** Longer ones are rounded to this many decimals, so that a long calculation stays quick. */
const DECIMALS = 60;
const LONGEST = 10n ** 120n;

function divisor(a, b) {
  while (b) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

/** `top / bottom`, cut; `bottom` is not 0. */
export function fraction(top, bottom = 1n) {
  const common = divisor(top, bottom) * (bottom < 0n ? -1n : 1n) || 1n;
  const cut = { top: top / common, bottom: bottom / common };
  return cut.bottom > LONGEST ? fraction(scaled(cut, DECIMALS), 10n ** BigInt(DECIMALS)) : cut;
}

/** From digits with at most one point, as they are typed: "-12.50", "3.", ".5". */
export function parse(text) {
  const [whole, decimals = ""] = text.split(".");
  return fraction(BigInt(`${whole.replace("-", "") || "0"}${decimals}`) * (text.startsWith("-") ? -1n : 1n), 10n ** BigInt(decimals.length));
}

export const add = (a, b) => fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const subtract = (a, b) => add(a, { top: -b.top, bottom: b.bottom });
export const multiply = (a, b) => fraction(a.top * b.top, a.bottom * b.bottom);
/** null where it is divided by zero. */
export const divide = (a, b) => (b.top === 0n ? null : fraction(a.top * b.bottom, a.bottom * b.top));

/** `value` × 10^decimals as a whole number, halves away from zero. */
function scaled(value, decimals) {
  const top = value.top * 10n ** BigInt(decimals);
  const [size, sign] = top < 0n ? [-top, -1n] : [top, 1n];
  return ((size * 2n + value.bottom) / (value.bottom * 2n)) * sign;
}

/** With at most `digits` digits before and after the point together; null where the whole part is longer. */
export function show(value, digits) {
  const whole = String(value.top / value.bottom).replace("-", "");
  if (whole.length > digits) return null;
  const decimals = digits - whole.length;
  const text = String(scaled(value, decimals)).replace("-", "").padStart(decimals + 1, "0");
  const shown = [text.slice(0, text.length - decimals), text.slice(text.length - decimals).replace(/0+$/, "")];
  const isZero = /^0*$/.test(shown.join(""));
  return `${value.top < 0n && !isZero ? "-" : ""}${shown.filter(Boolean).join(".")}`;
}

/** Whether `show` gives all of it. */
export const isWhole = (value, digits) => {
  const shown = show(value, digits);
  return shown !== null && subtract(parse(shown), value).top === 0n;
};
