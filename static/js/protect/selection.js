/* No selecting, copying, cutting and dragging of what stands in the exam window, except in fields. */

import { refuse } from "./fields.js";

/** A press on text selects nothing and is no try to copy, so only what would take text along is told. */
export function start({ document }, { told }) {
  const stops = [refuse(document, ["selectstart"]), refuse(document, ["copy", "cut", "dragstart"], told)];
  return () => stops.forEach((stop) => stop());
}
