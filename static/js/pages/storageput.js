/* Keeps our value in the LMS's page and goes on to the LMS, whether or not it was kept: a cookie may do as well.
   A window of its own keeps cookies, so there nobody has to wait for the answer. */

import { pageData } from "../dom.js";
import { storage } from "../platformstorage.js";

const data = pageData();
const kept = storage(data).put(data.key, data.value);
if (window.parent !== window) await kept;
location.replace(document.getElementById("on").href);
