/* The protections of the exam window, each by its own module: `start(window, {told, cover, uncover})` answers how to stop
   it. `told()` says that something was stopped; `cover(why)` and `uncover(why)` put words over the exam. */

import { start as cover } from "./cover.js";
import { start as devtools } from "./devtools.js";
import { start as hotkeys } from "./hotkeys.js";
import { start as menu } from "./menu.js";
import { start as print } from "./printing.js";
import { start as selection } from "./selection.js";

export const PROTECTIONS = { menu, selection, print, hotkeys, cover, devtools };

/** Begin those of `names` that exist; `hooksFor(name)` gives each its hooks. The answer ends them all. */
export function protectWith(names, world, hooksFor, table = PROTECTIONS) {
  const stops = names.filter((name) => Object.hasOwn(table, name)).map((name) => table[name](world, hooksFor(name)));
  return () => stops.forEach((stop) => stop());
}
