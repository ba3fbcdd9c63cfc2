/* A new link for a phone: the piece of a page that shows it. */

const PATIENCE_MS = 8000;

/** The markup of our own server with the code and the link, null where it did not come. */
export async function fetchLink(url, csrf, world = globalThis) {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await world.fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf }, cache: "no-store", signal });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}
