/* How light a picture is, from its pixels (RGBA). Pure. */

const DARK = 60;
const BRIGHT = 215;

/** Mean luminance, 0 to 255. */
export function luminance(pixels) {
  let sum = 0;
  for (let i = 0; i + 3 < pixels.length; i += 4) sum += 0.2126 * pixels[i] + 0.7152 * pixels[i + 1] + 0.0722 * pixels[i + 2];
  return pixels.length ? sum / (pixels.length / 4) : 0;
}

/** "dark", "bright" or "good". */
export function lightOf(pixels) {
  const mean = luminance(pixels);
  if (mean < DARK) return "dark";
  return mean > BRIGHT ? "bright" : "good";
}
