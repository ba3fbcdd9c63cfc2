/* Keys that save, print or show the source of the page. Keys of zoom, search, moving, reading aloud, of the system and of
   screen readers stay as they are. */

import { listen } from "./fields.js";

const PLAIN = new Set(["s", "p", "u"]);
const OF_TOOLS = new Set(["i", "j", "c", "k"]);

/** The letter of a key on its own layout; where that is not Latin, the one that browsers take from the key's place. */
function letterOf({ key = "", code = "" }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? "";
}

/** Whether these keys open the developer tools. */
export function opensTools(event) {
  if (event.key === "F12") return !event.ctrlKey && !event.metaKey && !event.altKey;
  const onMac = event.metaKey && event.altKey && !event.ctrlKey;
  const elsewhere = event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey;
  return (onMac || elsewhere) && OF_TOOLS.has(letterOf(event));
}

/** Whether these keys are stopped. With Ctrl and Alt together many people write signs, so those are left alone. */
export function isStopped(event) {
  if (opensTools(event)) return true;
  const command = event.ctrlKey !== event.metaKey && !event.altKey;
  return command && PLAIN.has(letterOf(event));
}

export function start({ document }, { told }) {
  return listen(document, ["keydown"], (event) => {
    if (!isStopped(event)) return;
    event.preventDefault();
    told();
  });
}
