/* Which browser this is, for words only, and what it can do, for decisions. */

const FEATURES = {
  secure: (window) => window.isSecureContext === true,
  camera: (window) => typeof window.navigator?.mediaDevices?.getUserMedia === "function",
  recorder: (window) => typeof window.MediaRecorder === "function",
  fetch: (window) => typeof window.fetch === "function",
  storage: (window) => Boolean(window.indexedDB),
  worker: (window) => typeof window.Worker === "function",
};

/** The features that this window lacks; empty is fine. */
export function missingFeatures(window) {
  return Object.keys(FEATURES).filter((name) => !has(FEATURES[name], window));
}

function has(test, window) {
  try {
    return test(window);
  } catch {
    return false; // reading indexedDB throws where storage is blocked
  }
}

const BRANDS = [
  ["firefox", "Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["chromium", "Edge", /\b(?:Edg|EdgA|EdgiOS)\/(\d+)/],
  ["chromium", "Opera", /\bOPR\/(\d+)/],
  ["chromium", "Chrome", /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ["safari", "Safari", /\bVersion\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//],
];

/** Family (whose remedies fit), name and version. */
export function nameBrowser(userAgent) {
  for (const [family, name, pattern] of BRANDS) {
    const found = pattern.exec(userAgent);
    if (found) return { family, name, version: found[1] };
  }
  return { family: "other", name: "", version: "" };
}
