/* Keeps our value in the LMS's page and goes on to the LMS, whether or not it was kept: a cookie may do as well. */

import { pageData } from "../dom.js";
import { storage } from "../platformstorage.js";

const data = pageData();
await storage(data).put(data.key, data.value);
location.replace(document.getElementById("on").href);
