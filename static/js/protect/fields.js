/* Where people write, nothing is taken away: spell checkers, dictation and their own selection need it. Pure. */

/** Fields, and what is marked as free because it is meant to be copied. */
const FREE = "input, textarea, select, [contenteditable]:not([contenteditable='false']), [data-free]";

/** Whether an event belongs to such a place. Its target may be a text. */
export function isFree(event) {
  const element = event.target?.closest ? event.target : event.target?.parentElement;
  return Boolean(element?.closest?.(FREE));
}

/** Listen to `names` on `target`; the answer ends it. */
export function listen(target, names, heard) {
  for (const name of names) target.addEventListener(name, heard, true);
  return () => names.forEach((name) => target.removeEventListener(name, heard, true));
}

/** Stop what `names` do by default, outside free places; `told()` hears that it was stopped. */
export function refuse(target, names, told = () => {}) {
  return listen(target, names, (event) => {
    if (isFree(event)) return;
    event.preventDefault();
    told();
  });
}
