/* The exam starts in another window: this one looks whether it did, and then shows what it does beside the exam. It looks also
   without a press here: the press may have come before this script, and a course may start its exam itself. */

const EVERY_MS = 1000;
const UNASKED_MS = 3000;
const form = document.getElementById("start-elsewhere");
let looking = form ? setInterval(look, UNASKED_MS) : 0;

form?.addEventListener("submit", () => {
  clearInterval(looking);
  looking = setInterval(look, EVERY_MS);
});

async function look() {
  try {
    const answer = await fetch(form.dataset.state, { cache: "no-store" });
    if (answer.ok && (await answer.json()).status !== form.dataset.status) location.reload();
  } catch {
    // The next look may have more luck.
  }
}
