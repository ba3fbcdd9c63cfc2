import assert from "node:assert/strict";
import { test } from "node:test";
import { DIGITS, START, keyOf, press, shown } from "../../static/js/calculator/engine.js";
import { add, divide, fraction, multiply, parse, show, subtract } from "../../static/js/calculator/fraction.js";
import { cornerAfter, moved } from "../../static/js/calculator/place.js";

const NAMED = { "±": "sign", "<": "back", C: "clear", M: "m+", W: "m-", R: "mr", X: "mc" };
const after = (keys) => shown([...keys].reduce((state, key) => press(state, NAMED[key] ?? key), START));

for (const [keys, number] of [
  ["", "0"], ["0012", "12"], ["1.5", "1.5"], [".5", "0.5"], ["1..5", "1.5"], ["1.50", "1.50"],
  ["2+3=", "5"], ["2-3=", "-1"], ["2*3=", "6"], ["7/2=", "3.5"],
  [".1+.2=", "0.3"], ["1.1*1.1=", "1.21"], ["0.3-0.1=", "0.2"], ["1/3*3=", "1"], ["2/3=", "0.666666666666667"],
  ["1/3=", "0.333333333333333"], ["2+3*4=", "20"], ["2+3+", "5"], ["2+*3=", "6"], ["5+=", "10"],
  ["2+3==", "8"], ["2*3===", "54"], ["3=", "3"], ["2+3=7", "7"], ["2+3=*2=", "10"],
  ["200+10%=", "220"], ["200-10%=", "180"], ["200*10%=", "20"], ["50%", "0.5"], ["8/50%=", "16"],
  ["5±", "-5"], ["5±±", "5"], ["0±5", "-5"], ["2+3±=", "-1"], ["2+3=±", "-5"],
  ["123<", "12"], ["1<", "0"], ["5±<", "0"], ["1.<", "1"], ["2+3=<", "5"],
  ["2+3C", "0"], ["5M3M", "3"], ["5MC3MCR", "8"], ["5MCR", "5"], ["9M4WCR", "5"], ["5MXCR", "0"], ["5M2*R=", "10"],
  ["9999999999999999", "9999999999999999"], ["99999999999999991", "9999999999999999"], ["1/8=/8=", "0.015625"],
]) {
  test(`${keys || "nothing"} shows ${number}`, () => assert.equal(after(keys).number, number));
}

for (const [keys, problem] of [["1/0=", "zero"], ["0/0=", "zero"], ["1/0+", "zero"], ["9999999999999999+1=", "long"], ["9999999999999999*9999999999999999±=", "long"]]) {
  test(`${keys} is a problem, and the next key begins anew`, () => {
    assert.equal(after(keys).problem, problem);
    assert.deepEqual([after(`${keys}7`).problem, after(`${keys}7`).number], [null, "7"]);
  });
}

test("a clear keeps the memory, a problem too", () => {
  assert.equal(after("5MC").hasMemory, true);
  assert.equal(after("5M1/0=R").number, "5");
  assert.equal(after("5MX").hasMemory, false);
});
test("what waits is shown, and whether a number is rounded", () => {
  assert.deepEqual(after("2+3").before, { number: "2", op: "+" });
  assert.equal(after("2+3=").before, null);
  assert.equal(after("1/3=").isRounded, true);
  assert.equal(after("1/4=").isRounded, false);
});

/* Numbers that look like chance and are the same in each run. */
function numbers(count, seed) {
  let state = BigInt(seed);
  const next = () => (state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n) >> 33n;
  return Array.from({ length: count }, () => `${next() % 2n ? "-" : ""}${next() % 100000n}.${next() % 1000n}`);
}
const ROWS = numbers(300, 7).map((a, i, all) => [a, all[(i * 31 + 5) % all.length], all[(i * 17 + 3) % all.length]]);
const same = (a, b) => assert.deepEqual(a, b);

test("laws of arithmetic hold exactly", () => {
  for (const [x, y, z] of ROWS) {
    const [a, b, c] = [parse(x), parse(y), parse(z)];
    same(add(a, b), add(b, a));
    same(multiply(a, b), multiply(b, a));
    same(add(add(a, b), c), add(a, add(b, c)));
    same(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)));
    same(subtract(add(a, b), b), a);
    if (b.top) same(multiply(divide(a, b), b), a);
  }
});
test("the machine does what the numbers do, and what it shows can be typed again", () => {
  for (const [x, y] of ROWS) {
    for (const [op, work] of [["+", add], ["-", subtract], ["*", multiply], ["/", divide]]) {
      const typed = (text) => (text.startsWith("-") ? `${text.slice(1)}±` : text);
      const value = work(parse(x), parse(y));
      if (value === null) continue;
      const { number } = after(`${typed(x)}${op}${typed(y)}=`);
      assert.equal(number, show(value, DIGITS));
      assert.equal(show(parse(number), DIGITS), number);
      assert.ok(number.replace(/\D/g, "").length <= DIGITS);
    }
  }
});
test("no sequence of keys breaks it or makes it slow", () => {
  const keys = [..."0123456789.+-*/=%", "sign", "back", "clear", "m+", "m-", "mr", "mc"];
  let state = START;
  for (const [place, text] of numbers(4000, 11).entries()) {
    state = press(state, keys[(Number(text.replace(/\D/g, "")) + place) % keys.length]);
    const { number, problem } = shown(state);
    assert.ok(problem || /^-?\d+\.?\d*$/.test(number), number);
  }
});
test("halves are rounded away from zero, and what rounds to nothing has no sign", () => {
  assert.equal(show(parse("2.5"), 1), "3");
  assert.equal(show(parse("-2.5"), 1), "-3");
  assert.equal(show(parse("-0.001"), 2), "0");
  assert.equal(show(fraction(100n), 2), null);
});

for (const [key, found] of [["7", "7"], ["Enter", "="], [",", "."], ["٫", "."], ["٣", "3"], ["×", "*"], ["Backspace", "back"], ["Tab", null], ["Escape", null], ["x", null], ["F5", null], ["", null]]) {
  test(`the key ${key || "nothing"} is ${found}`, () => assert.equal(keyOf({ key }), found));
}
test("keys of the browser stay the browser's", () => assert.equal(keyOf({ key: "c", ctrlKey: true }), null));

const VIEW = { width: 1000, height: 800 };
const at = (left, top) => ({ left, top, width: 200, height: 300 });
for (const [what, key, box, shift] of [
  ["to the left", "ArrowLeft", at(400, 400), [-32, 0]], ["down", "ArrowDown", at(400, 400), [0, 32]],
  ["not out at the right", "ArrowRight", at(790, 400), [2, 0]], ["not out at the top", "ArrowUp", at(400, 8), [0, 0]],
  ["back into view", "", at(1200, -50), [-408, 58]], ["a view that is too small shows its beginning", "", at(-30, 8), [38, 0]],
]) {
  test(`the panel moves ${what}`, () => assert.deepEqual(moved({ x: 5, y: 7 }, key, box, VIEW), { x: 5 + shift[0], y: 7 + shift[1] }));
}
test("four presses go through the corners", () => {
  let [box, place] = [at(792, 492), { x: 0, y: 0 }];
  const corners = [1, 2, 3, 4].map(() => {
    const next = cornerAfter(place, box, VIEW);
    box = at(box.left + next.x - place.x, box.top + next.y - place.y);
    place = next;
    return [box.left, box.top];
  });
  assert.deepEqual(corners, [[8, 492], [8, 8], [792, 8], [792, 492]]);
});
