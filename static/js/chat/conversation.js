/* A chat on a page: its lines, the field to write in, and what is told of both. The same for learners and for staff. */

import { make, makeIcon, setText } from "../dom.js";
import { format } from "../format.js";
import { ask } from "../looking.js";
import { post } from "../posting.js";

/** How long a recording may take on a slow line; text takes less. */
const SPOKEN_MS = 120_000;

/** The words for an answer, `{code, data}`; null where the message is kept. Pure. */
export function problemOf({ code, data }, words) {
  if (code === 200) return null;
  if (code === 422) return data?.problem === "message_long" ? words.long : words.refused;
  return { 409: words.closed, 413: words.refused, 429: words.tooMany }[code] ?? words.away;
}

/**
 * `data` is the page's: `url`, `sendUrl`, `seenUrl`, `first` (the conversation as the server tells it), `name`, `textMax`,
 * `texts`. `root` has the parts `frame` (it scrolls), `lines`, `none`, `closed`, `form` with a textarea, and `said`. `told()`
 * hears of each change. What is written stays in the field until the server has it, also when the page is loaded again.
 */
export function makeConversation({ root, data, csrf, icons, told = () => {}, world = globalThis }) {
  const { texts } = data;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const [frame, lines, form] = [part("frame"), part("lines"), part("form")];
  const field = form?.querySelector("textarea");
  const draft = `chat-${data.name}`;
  const say = (words) => setText(part("said"), words);
  let shown = { version: -1 };
  let key = newKey();
  let isSending = false;

  function newKey() {
    return world.crypto.randomUUID();
  }

  function show(next) {
    // Answers cross: an older one says nothing new.
    if (!next || next.version < shown.version) return;
    if (!next.lines) return showOpen(next.isOpen);
    const isNews = next.version !== shown.version;
    shown = next;
    const isAtEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 40;
    const known = new Map([...lines.children].map((line) => [line.dataset.key, line]));
    const wanted = next.lines.map((line) => update(known.get(line.key) ?? draw(line), line));
    const kept = new Set(wanted);
    for (const line of [...lines.children]) if (!kept.has(line)) line.remove();
    // Only what is new is put in: a line that is moved would be read aloud again.
    wanted.forEach((line, n) => lines.children[n] !== line && lines.insertBefore(line, lines.children[n] ?? null));
    part("none").hidden = next.lines.length > 0;
    showOpen(next.isOpen);
    if (isAtEnd) toEnd();
    if (isNews) told();
  }

  function showOpen(isOpen) {
    part("closed").hidden = isOpen;
    if (form) form.hidden = !isOpen;
  }

  const toEnd = () => (frame.scrollTop = frame.scrollHeight);

  function draw(line) {
    const row = make("li", line.isOwn ? "message own" : "message");
    row.dataset.key = line.key;
    const head = make("p", "tiny soft");
    const time = make("time", "", line.time);
    time.dateTime = line.at;
    head.append(make("bdi", "strong", line.isOwn ? texts.you : line.who), " ", time, " ", make("span"));
    head.lastElementChild.dataset.part = "read";
    row.append(head);
    if (line.text) {
      const words = make("p", "prewrap said", line.text);
      words.dir = "auto";
      row.append(words);
    }
    if (line.spoken) row.append(player(line));
    if (line.file) row.append(fileOf(line.file));
    return row;
  }

  function update(row, line) {
    if (line.isOwn && !line.file) setText(row.querySelector('[data-part="read"]'), line.isRead ? `· ${texts.read}` : `· ${texts.sent}`);
    return row;
  }

  function player(line) {
    const film = make(line.hasPicture ? "video" : "audio");
    Object.assign(film, { src: line.spoken, controls: true, preload: "none", playsInline: true });
    film.setAttribute("aria-label", `${texts.spoken}, ${line.who}`);
    return film;
  }

  function fileOf(file) {
    const words = make("p", "said");
    const link = make("a");
    link.href = file.url;
    link.download = "";
    link.append(make("bdi", "", file.name));
    words.append(makeIcon(icons, "document"), " ", link, make("span", "tiny soft", ` ${format(texts.size, { n: file.kilobytes })}`));
    return words;
  }

  /** The conversation, or only its version where that is known. */
  const fetchNews = () => ask(`${data.url}?known=${shown.version}`, world);

  async function load() {
    show(await fetchNews());
  }

  /** Send what is in the field, and what `more` brings with it; whether the server has it. */
  async function send(more = {}) {
    const text = field.value;
    if (isSending || (!text.trim() && !more.spoken)) return false;
    if (text.length > data.textMax) {
      say(texts.long);
      return false;
    }
    isSending = true;
    say(texts.sending);
    const answer = await post(data.sendUrl ?? data.url, { text, key, ...more }, csrf, { world, ...(more.spoken ? { patience: SPOKEN_MS } : {}) });
    isSending = false;
    const problem = problemOf(answer, texts);
    say(problem ?? texts.delivered);
    if (problem) return false;
    key = newKey();
    // Somebody may have gone on writing meanwhile.
    if (field.value === text) field.value = "";
    remember();
    show(answer.data);
    toEnd();
    return true;
  }

  /** Everything is before the reader's eyes. */
  async function see() {
    if (!shown.unread || !data.seenUrl || document.visibilityState !== "visible") return;
    show((await post(data.seenUrl, { last: shown.last }, csrf, { world })).data);
  }

  function remember() {
    try {
      world.sessionStorage.setItem(draft, field.value);
    } catch {
      // A browser without storage keeps it as long as the page.
    }
  }

  function recall() {
    try {
      field.value ||= world.sessionStorage.getItem(draft) ?? "";
    } catch {
      // The same.
    }
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    field.focus();
  });
  field?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field?.addEventListener("input", remember);
  if (field) recall();
  // What the server drew for pages without a script is drawn anew.
  lines.replaceChildren();
  show(data.first);
  toEnd();

  return { load, fetchNews, show, see, send, say, toEnd, field, unread: () => shown.unread, version: () => shown.version, last: () => shown.lines.findLast((line) => !line.isOwn) };
}
