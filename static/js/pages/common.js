/* On every page: the time zone cookie, no form twice, passwords that can be shown, texts that can be copied. */

import { guardForms } from "../leaving.js";
import { hasZone, zoneCookies } from "../zone.js";

rememberZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
guardForms(document, window);
document.querySelectorAll(".tabs").forEach(showCurrent);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-shows], button[data-copy]");
  if (button?.dataset.shows) togglePassword(button);
  if (button?.dataset.copy) copy(button);
});

/** A row of tabs that is wider than the window begins where the current one can be seen. The page itself stays put. */
function showCurrent(tabs) {
  const current = tabs.querySelector("[aria-current]");
  if (!current) return;
  const [row, tab] = [tabs.getBoundingClientRect(), current.getBoundingClientRect()];
  tabs.scrollLeft += (tab.left + tab.right - row.left - row.right) / 2;
}

function rememberZone(zone) {
  for (const cookie of zoneCookies(zone, window.isSecureContext)) {
    if (hasZone(document.cookie, zone)) return;
    document.cookie = cookie;
  }
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
