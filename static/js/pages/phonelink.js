/* The place of a page where a phone's code stands: fetched, and made anew before it is too old. */

import { fetchLink } from "../phone/link.js";

/** So long before its end a code is replaced. */
const EARLY_S = 20;

/** `start()` shows a code and keeps it fresh until `stop()`. */
export function makeLink({ url, csrf }) {
  const region = document.getElementById("phone-link");
  const trouble = document.getElementById("phone-trouble");
  let timer = null;
  let isOn = false;

  const again = document.getElementById("phone-renew");
  again.addEventListener("click", renew);
  again.disabled = false;

  async function renew() {
    isOn = true;
    clearTimeout(timer);
    region.setAttribute("aria-busy", "true");
    const markup = await fetchLink(url, csrf);
    region.removeAttribute("aria-busy");
    trouble.hidden = markup !== null;
    if (markup === null || !isOn) return;
    const parsed = new DOMParser().parseFromString(markup, "text/html");
    region.replaceChildren(...parsed.body.children);
    const seconds = Number(region.querySelector("[data-seconds]")?.dataset.seconds ?? 60);
    timer = setTimeout(renew, Math.max(seconds - EARLY_S, 10) * 1000);
  }

  return {
    start: () => isOn || renew(),
    renew,
    stop() {
      isOn = false;
      clearTimeout(timer);
      region.replaceChildren();
    },
  };
}
