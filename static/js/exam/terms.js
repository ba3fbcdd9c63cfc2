/* What acts on the learner may change while the exam runs: staff spare them something, or take that back. The window takes
   it over where it stands. Loading it anew could lose what is written in the exam's own frame. */

import { make } from "../dom.js";
import { ask } from "../looking.js";

const TAKEN = ["metrics", "weights", "devices", "tracks", "snapshotSeconds", "showsPicture"];

/**
 * `data` is the page's and is brought up to date; `changed(next)` hears of it after that. Answers `{heard}`, to be told the
 * version that each pulse brings. What can't be fetched is tried again with the next pulse.
 */
export function followTerms({ data, strips, changed, fetchTerms = ask, page = document }) {
  const { texts } = data;
  let { version } = data.terms;

  function show({ spared }) {
    const box = page.getElementById("spared");
    box.hidden = !spared.length;
    box.querySelector("ul").replaceChildren(...spared.map((words) => make("li", "", words)));
    strips.unsay("terms");
    const todo = spared.length ? texts.terms.see : texts.terms.none;
    strips.say("terms", { tone: "on", icon: "person-check", what: texts.terms.changed, todo });
  }

  return {
    async heard(told) {
      if (told === undefined || told === version) return;
      const next = await fetchTerms(data.termsUrl);
      if (!next) return;
      version = next.version;
      for (const name of TAKEN) data[name] = next[name];
      await changed(next);
      show(next);
    },
  };
}
