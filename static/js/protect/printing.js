/* Printing gives a page that says why it is empty (style sheet), whichever way it was asked for. */

import { listen } from "./fields.js";

const CLASS = "unprinted";

export function start(world, { told }) {
  const { document } = world;
  document.documentElement.classList.add(CLASS);
  const stop = listen(world, ["beforeprint"], told);
  return () => {
    stop();
    document.documentElement.classList.remove(CLASS);
  };
}
