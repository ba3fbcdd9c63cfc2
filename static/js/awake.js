/* Keeping the screen on while a page is in front, where the browser can. */

/** Ask for it now and whenever the page comes back to the front; `{stop}` lets the screen sleep again. */
export function keepAwake(page = document, wakeLock = globalThis.navigator?.wakeLock) {
  let lock = null;
  let isOver = false;
  const ask = async () => {
    if (isOver || page.visibilityState !== "visible" || !wakeLock) return;
    try {
      lock = await wakeLock.request("screen");
      if (isOver) lock.release();
    } catch {
      // A battery that is nearly empty refuses it: the page says to plug the phone in.
    }
  };
  page.addEventListener("visibilitychange", ask);
  ask();
  return {
    stop() {
      isOver = true;
      page.removeEventListener("visibilitychange", ask);
      lock?.release();
    },
  };
}
