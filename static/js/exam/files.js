/* Files that the learner attaches, in a dialog over the exam: what is in the exam's frame stays as it is. */

import { make, makeIcon, setText } from "../dom.js";
import { format } from "../format.js";
import { post } from "../posting.js";

const PATIENCE_MS = 120_000;

/** The words for an answer, `{code, data}`; null where it went well. Pure. */
export function problemOf({ code, data }, words) {
  if (code === 200) return null;
  if (code === 413) return words.file_too_large;
  if (code === 409) return words.closed;
  if (code === 422) return words[data?.problem] ?? words.other;
  return words.away;
}

/** `files` are those that are kept, `{id, name, kilobytes, url, removeUrl}`. */
export function makeFiles({ dialog, opener, count, icons, csrf, url, files, megabytes, texts }) {
  const part = (name) => dialog.querySelector(`[data-part=${name}]`);
  const input = dialog.querySelector("input[type=file]");
  const say = (words) => setText(part("said"), words);

  opener.addEventListener("click", () => dialog.showModal());
  part("close").addEventListener("click", () => dialog.close());
  input.addEventListener("change", attach);
  show(files);

  async function attach() {
    const [file] = input.files;
    if (!file) return;
    if (file.size > megabytes * 1_000_000) return done(texts.problems.file_too_large);
    input.disabled = true;
    say(texts.sending);
    const answer = await post(url, { file }, csrf, { patience: PATIENCE_MS });
    input.disabled = false;
    const problem = problemOf(answer, texts.problems);
    if (!problem) show(answer.data.files);
    done(problem ?? format(texts.kept, { name: answer.data.files.at(-1).name }));
    input.focus();
  }

  function done(words) {
    say(words);
    input.value = "";
  }

  async function remove(file) {
    const answer = await post(file.removeUrl, {}, csrf, { patience: PATIENCE_MS });
    const problem = problemOf(answer, texts.problems);
    if (!problem) show(answer.data.files);
    say(problem ?? format(texts.removed, { name: file.name }));
    if (!problem) input.focus();
  }

  function show(kept) {
    part("list").replaceChildren(...kept.map(rowOf));
    part("none").hidden = kept.length > 0;
    setText(count, kept.length ? String(kept.length) : "");
  }

  function rowOf(file) {
    const row = make("li");
    const link = make("a");
    link.href = file.url;
    link.download = "";
    link.append(make("bdi", "", file.name));
    const words = make("div");
    words.append(link, make("p", "hint", format(texts.size, { n: file.kilobytes })));
    const button = make("button", "quiet");
    button.type = "button";
    button.setAttribute("aria-label", format(texts.remove, { name: file.name }));
    button.append(makeIcon(icons, "trash"));
    button.addEventListener("click", () => remove(file));
    row.append(makeIcon(icons, "document"), words, button);
    return row;
  }
}
