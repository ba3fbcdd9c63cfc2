/* The second camera during an exam: whether the phone is connected, and a new code in a dialog where it is lost. */

import { setText, setTone } from "../dom.js";
import { ask } from "../looking.js";
import { makeLink } from "../pages/phonelink.js";
import { stateOf } from "../phone/state.js";
import { beat } from "../pulse.js";


/** `data.phone` is null where no phone belongs to the exam. */
export function watchPhone({ data, strips }) {
  if (!data.phone) return;
  const { texts, stateUrl, linkUrl } = data.phone;
  const live = document.getElementById("phone-live");
  const dialog = document.getElementById("phone");
  const link = makeLink({ url: linkUrl, csrf: data.csrf });
  let state = "connected";

  document.getElementById("phone-open").addEventListener("click", open);
  dialog.querySelector("[data-part=close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", link.stop);
  const heart = beat(data.pulseSeconds * 1000, async () => tell(stateOf(await ask(stateUrl))));
  window.addEventListener("online", heart.now);
  heart.now();

  function open() {
    dialog.showModal();
    link.start();
  }

  function tell(now) {
    // Without a line to the server nothing is known of the phone; the window says that it is away.
    if (now === "away" || now === state) return;
    state = now;
    const isThere = now === "connected";
    setText(live.querySelector("span"), isThere ? texts.connected : texts.lost);
    setTone(live, isThere ? "" : "wait");
    if (isThere) {
      strips.unsay("phone");
      if (dialog.open) dialog.close();
    } else {
      strips.say("phone", { tone: "wait", icon: "photo", what: texts.lost, todo: texts.todo, action: { words: texts.again, press: open } });
    }
  }
}
