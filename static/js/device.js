/* Whether this is a phone or a small tablet, for a hint only: nobody is turned away by it. Pure. */

/** `world` is a window. A finger on a small screen, or no way to share a screen that the exam wants shared. */
export function isHandheld(world, { wantsScreen = false } = {}) {
  const fits = (query) => world.matchMedia?.(query).matches === true;
  const shortest = Math.min(world.screen?.width ?? Infinity, world.screen?.height ?? Infinity);
  const byFinger = fits("(pointer: coarse)") && !fits("(any-pointer: fine)");
  const cannotShare = wantsScreen && typeof world.navigator?.mediaDevices?.getDisplayMedia !== "function";
  return cannotShare || (byFinger && shortest < 900);
}
