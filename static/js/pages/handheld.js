/* The hint on a phone or small tablet that an exam is meant for a computer, on the pages before the start. */

import { isHandheld } from "../device.js";

const hint = document.getElementById("handheld");
if (hint) hint.hidden = !isHandheld(window, { wantsScreen: "screen" in hint.dataset });
