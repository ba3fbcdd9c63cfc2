/* What every page script needs of its document: the JSON block, icons from the sprite, showing and hiding. */

const SVG = "http://www.w3.org/2000/svg";

export function pageData(id = "page-data") {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}");
}

/** Let the buttons be pressed that do nothing without a script: a press before it has come would be lost. */
export function enableButtons(within = document) {
  for (const button of within.querySelectorAll('[data-awaits="script"]')) button.disabled = false;
}

/** An icon as the templates make it. */
export function makeIcon(sprite, name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  setIcon(svg, sprite, name);
  return svg;
}

export function setIcon(svg, sprite, name) {
  svg.querySelector("use").setAttribute("href", `${sprite}#i-${name}`);
}

/** Another sign of the same sprite in an icon that the template made. */
export function swapIcon(svg, name) {
  const use = svg.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#i-${name}`));
}

/** An element with a class and text. */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** Write only what changed: screen readers speak a live region again when its text is written again. */
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

const TONES = ["good", "wait", "bad", "on", "plain"];

export function setTone(element, tone) {
  element.classList.remove(...TONES);
  if (tone) element.classList.add(tone);
}
