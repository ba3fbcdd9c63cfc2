/* The first page of a phone: the secret of the link goes from the address into the form, and out of the address. */

import { secretOf } from "../phone/state.js";

const by = (id) => document.getElementById(id);

function read() {
  const secret = secretOf(window.location.hash);
  if (!secret) return;
  by("secret").value = secret;
  window.history.replaceState(null, "", window.location.pathname);
  by("with-code").hidden = false;
  by("without-code").hidden = true;
}

window.addEventListener("hashchange", read);
read();
