/* Texts of the page with values in named places, and numbers as its reader writes them. Pure. */

/** `format("Away for {time}", {time: "1:20"})`; a place without a value stays as it is. */
export function format(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}

/** A name from elsewhere, kept together whatever the direction of the text around it. */
export function isolate(text) {
  return `\u2068${text}\u2069`;
}

/** 80 → "1:20", 4205 → "1:10:05". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** At most one digit after the point, none from ten on. */
export function number(value, language = "en") {
  return new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
