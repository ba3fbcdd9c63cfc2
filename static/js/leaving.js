/* Forms are sent once, and a page whose form is on its way is not loaded anew by anything else. */

/** So long a form counts as on its way; then its reader may press again, for example after stopping the browser. */
export const PATIENCE_MS = 15_000;
const sent = new Map();

/** A form that is on its way is not sent again. One that opens another window stays usable. */
export function guardForms(page, view) {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || !["", "_self"].includes(form.target)) return;
    if (isOnItsWay(sent.get(form), view)) {
      event.preventDefault();
      return;
    }
    sent.set(form, { button: event.submitter, at: view.performance.now() });
    event.submitter?.setAttribute("aria-busy", "true");
  });
  view.addEventListener("pageshow", () => {
    for (const { button } of sent.values()) button?.removeAttribute("aria-busy");
    sent.clear();
  });
}

/** Load the page anew, unless its reader has just sent a form: the answer to that comes, and a reload would drop it. */
export function loadAnew(view = window) {
  if (![...sent.values()].some((one) => isOnItsWay(one, view))) view.location.reload();
}

function isOnItsWay(one, view) {
  return one !== undefined && view.performance.now() - one.at < PATIENCE_MS;
}
