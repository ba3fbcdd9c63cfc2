/* Looks again at what was read on a document until there is an answer; the region is live, so the answer is spoken. */

const EVERY_MS = 1500;
const PATIENCE_MS = 8000;
const region = document.getElementById("reading");

function isWaiting() {
  return region?.querySelector("[data-waiting]")?.dataset.waiting === "yes";
}

async function look() {
  try {
    const answer = await fetch(region.dataset.url, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) show(await answer.text());
  } catch {
    // The line is away for a moment: look again.
  }
  if (isWaiting()) setTimeout(look, EVERY_MS);
}

/** Only another answer is written: the same words again would be spoken again. */
function show(text) {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  if (parsed.querySelector("[data-waiting]")?.dataset.waiting === "yes") return;
  region.replaceChildren(...parsed.body.children);
}

if (isWaiting()) setTimeout(look, EVERY_MS);
