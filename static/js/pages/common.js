/* On every page: the time zone cookie, no form twice, passwords that can be shown, texts that can be copied. */

import { hasZone, zoneCookies } from "../zone.js";

rememberZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
guardForms();
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-shows], button[data-copy]");
  if (button?.dataset.shows) togglePassword(button);
  if (button?.dataset.copy) copy(button);
});

function rememberZone(zone) {
  for (const cookie of zoneCookies(zone, window.isSecureContext)) {
    if (hasZone(document.cookie, zone)) return;
    document.cookie = cookie;
  }
}

/** A form that is on its way is not sent again. One that opens another window stays usable. */
function guardForms() {
  const sent = new Map();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || !["", "_self"].includes(form.target)) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.set(form, event.submitter);
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const button of sent.values()) button?.removeAttribute("aria-busy");
    sent.clear();
  });
}

function togglePassword(button) {
  const input = document.getElementById(button.dataset.shows);
  const isShown = input.type === "text";
  input.type = isShown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!isShown));
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const says = statusBeside(button);
  try {
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    says.textContent = button.dataset.copied;
  } catch {
    // No clipboard here: the text is selected, ready for the reader's own keys.
    window.getSelection().selectAllChildren(source);
  }
}

function statusBeside(button) {
  if (button.nextElementSibling?.matches("[data-says]")) return button.nextElementSibling;
  const says = document.createElement("span");
  says.className = "small soft";
  says.dataset.says = "";
  says.setAttribute("role", "status");
  button.after(says);
  return says;
}
