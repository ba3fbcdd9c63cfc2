/* The step that connects a phone: the code until one has joined, then what it shows. */

import { pageData, setText } from "../dom.js";
import { ask } from "../looking.js";
import { stateOf } from "../phone/state.js";
import { beat } from "../pulse.js";
import { makeLink } from "./phonelink.js";

const EVERY_MS = 2000;
const { csrf, stateUrl, linkUrl, pictureUrl, phone, texts } = pageData();
const by = (id) => document.getElementById(id);
const link = makeLink({ url: linkUrl, csrf });
let state = stateOf(phone);
let shown = phone.picture;
/** The learner wants another phone than the one that is there. */
let wantsOther = false;

by("phone-other").addEventListener("click", () => {
  wantsOther = true;
  show();
  by("phone-renew").focus();
});
show();
const heart = beat(EVERY_MS, async () => {
  const answer = await ask(stateUrl);
  if (answer) showPicture(answer);
  tell(stateOf(answer), answer);
});
window.addEventListener("online", heart.now);

function tell(now) {
  if (now === state) return;
  const before = state;
  state = now;
  if (now === "away") return setText(by("phone-said"), texts.away);
  if (now === "connected") wantsOther = false;
  setText(by("phone-said"), before === "connected" ? texts.lost : texts[now]);
  setText(by("phone-waiting").querySelector("span"), texts[now] ?? texts.waiting);
  // A code that was used opens nothing: whoever needs one again gets a new one.
  if (before === "waiting" && now === "joined") link.stop();
  show();
  if (now === "connected") by("phone-there-title").focus();
  return undefined;
}

function show() {
  const isThere = state === "connected" && !wantsOther;
  by("phone-there").hidden = !isThere;
  by("phone-join").hidden = isThere;
  if (isThere) link.stop();
  else if (state !== "joined") link.start();
}

function showPicture({ picture, at }) {
  if (!picture || picture === shown) return;
  shown = picture;
  by("phone-picture").src = `${pictureUrl}?v=${picture}`;
  by("phone-picture").hidden = false;
  setText(by("phone-at"), at);
}
