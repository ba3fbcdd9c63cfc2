/* Reads what Safe Exam Browser tells about itself: hashes of this page's address with its keys. */

const LOOKS = 24;
const PAUSE_MS = 250;

/** {config, browser}, or null when no such browser answers. The object and its keys may come late. */
export async function readKeys(host, { looks = LOOKS, pause = wait } = {}) {
  for (let n = 0; n < looks; n += 1) {
    const security = host.SafeExamBrowser?.security;
    const keys = keysOf(security);
    if (keys) return keys;
    // One version fills in the keys only when it is asked.
    if (typeof security?.updateKeys === "function") ask(security);
    await pause(PAUSE_MS);
  }
  return null;
}

function keysOf(security) {
  const text = (value) => (typeof value === "string" ? value : "");
  const keys = { config: text(security?.configKey), browser: text(security?.browserExamKey) };
  return keys.config || keys.browser ? keys : null;
}

function ask(security) {
  try {
    security.updateKeys(() => {});
  } catch {
    // Newer ones need no asking; the next look tells.
  }
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
