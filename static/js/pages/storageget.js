/* Asks the LMS's page for our value and sends the launch once more with it; without it a window of its own is offered. */

import { pageData } from "../dom.js";
import { storage } from "../platformstorage.js";

const data = pageData();
const form = document.getElementById("launch");
const answer = await storage(data).get(data.key);
if (typeof answer?.value === "string" && answer.value) {
  form.elements.storage_value.value = answer.value;
  form.submit();
} else {
  document.getElementById("waiting").hidden = true;
  document.getElementById("window").hidden = false;
}
