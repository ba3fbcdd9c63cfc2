/* Plays the films of an attempt in step: camera and screen on one bar over the time on the wall.

   Stands alone, without imports, so that it also runs inline in a page that is opened from a disk. It starts by itself
   where a page has `[data-player]` and a JSON block `#report-data`:
     begins, ends   the attempt, milliseconds since 1970          zone   its time zone
     tracks         {camera: [{url, begins, ends}], screen: […]}  pieces in order, with holes between them
     busy           [[first, behind the last], …]                 minutes that are not quiet
     texts          play, pause, hole, seconds, minutes; stays, by what is the matter with a film
   Parts: [data-track] with a video and [data-part=hole]; [data-do=play|back|speed|sound|skip|seek]; [data-part=clock|gone].
   A film that is missing, broken or slow never stops the other: a missing one is a hole, a slow one is waited for. */

const MINUTE = 60_000;
/** Milliseconds between two looks at the films. */
const BEAT = 100;
/** Seconds of drift, at speed 1, that nobody notices; from the second on the film jumps instead of running faster. */
const NUDGE = 0.08;
const JUMP = 1.0;
/** How far the clock may run before the slowest film, in seconds at speed 1. */
const LEAD = 0.4;
/** A film that does not come within this is given up; how soon it is tried again. */
const PATIENCE = 20_000;
const RETRY = 3000;
/** A film that ends so many seconds before its recording did is too short; where it runs fast one sees it less exactly. */
const SHORT = 4;

/** The place of the piece that shows a moment, -1 in a hole. Of two at once the later one counts. */
export const pieceAt = (pieces, ms) => pieces.findLastIndex((piece) => piece.begins <= ms && ms < piece.ends);

/** The place of the next piece that begins after a moment, -1 when there is none. */
export function pieceAfter(pieces, ms) {
  let found = -1;
  pieces.forEach((piece, n) => {
    if (piece.begins > ms && (found < 0 || piece.begins < pieces[found].begins)) found = n;
  });
  return found;
}

/** What to do about a film that is `drift` seconds ahead (below 0: behind): a rate, or a jump. */
export function correction(drift, speed = 1) {
  const size = Math.abs(drift) / Math.max(speed, 1);
  if (size >= JUMP) return { jump: true, rate: speed };
  if (size < NUDGE) return { jump: false, rate: speed };
  const factor = 1 - Math.sign(drift) * Math.min(size * 0.5, 0.15);
  return { jump: false, rate: Math.min(Math.max(speed * factor, 0.0625), 16) };
}

/** Where the next stretch that is not quiet begins; null in one. */
export function nextBusy(busy, begins, ends, ms) {
  const minute = (ms - begins) / MINUTE;
  for (const [first, behind] of busy) {
    if (minute < first) return Math.min(begins + first * MINUTE, ends);
    if (minute < behind) return null;
  }
  return ends;
}

/** The next value of the clock: it waits while a film loads, and never leaves the slowest film behind. */
export function nextTime(ms, elapsed, speed, positions, isWaiting) {
  if (isWaiting) return ms;
  const wanted = ms + elapsed * speed;
  const slowest = Math.min(...positions) + LEAD * 1000 * Math.max(speed, 1);
  return Math.max(ms, Math.min(wanted, slowest));
}

/** 10:59:12 in the zone of the attempt, whatever the reader's own. */
export function wallClock(ms, zone) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(ms);
  } catch {
    return new Date(ms).toISOString().slice(11, 19);
  }
}

export function lengthWords(ms, texts) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const text = minutes ? texts.minutes : texts.seconds;
  return text.replace("{minutes}", minutes).replace("{seconds}", minutes ? seconds % 60 : seconds);
}

/** One track: two video elements take turns, so that the next piece is ready before the present one ends. `told()` when
    a picture has come or something is the matter; `reasonOf(address)` finds out what. */
export function makeTrack(figure, pieces, texts, told, reasonOf) {
  const hole = figure.querySelector('[data-part="hole"]');
  const first = figure.querySelector("video") ?? figure.ownerDocument.createElement("video");
  if (!first.isConnected) figure.prepend(first);
  const second = first.cloneNode(false);
  second.removeAttribute("src");
  first.after(second);
  /** By piece what is the matter, and from which moment on. */
  const troubles = new Map();
  let [shown, spare] = [first, second].map(prepare);
  let [looked, place, waitsSince] = [0, -1, 0];

  function prepare(video) {
    video.controls = false;
    video.preload = "auto";
    video.removeAttribute("src");
    const slot = { video, place: -1, seen: 0 };
    video.addEventListener("error", () => {
      if (slot.place < 0 || !video.getAttribute("src")) return;
      fail(slot.place, video.currentTime);
      slot.place = -1;
    });
    // A picture that comes while the clock stands still is shown at once. One that was sought where the film has no
    // bytes any more never comes: Chromium then only says that the film is over.
    for (const name of ["loadeddata", "seeked", "ended"]) video.addEventListener(name, () => checkEnd(slot));
    return slot;
  }

  function checkEnd(slot) {
    if (endsEarly(slot)) fail(slot.place, slot.seen, "short");
    else told();
  }

  function endsEarly({ video, place: n, seen }) {
    return video.ended && n >= 0 && (pieces[n].ends - pieces[n].begins) / 1000 - seen > SHORT + video.playbackRate;
  }

  /** From so many seconds of a piece on there is nothing to see. The clock may stand a little before that. */
  async function fail(n, seconds, known = "") {
    const at = pieces[n].begins + seconds * 1000;
    const from = Math.min(Math.max(pieces[n].begins, Math.min(at, looked)), troubles.get(n)?.from ?? Infinity);
    const trouble = { reason: known, from, since: performance.now() };
    troubles.set(n, trouble);
    if (!known) trouble.reason = await reasonOf(pieces[n].url);
    told();
  }

  function load(slot, n, at) {
    if (slot.place === n) return;
    slot.place = n;
    slot.seen = 0;
    slot.video.pause();
    slot.video.src = pieces[n].url;
    slot.video.load();
    place_at(slot, at);
  }

  function place_at(slot, at) {
    const wanted = Math.max(0, (at - pieces[slot.place].begins) / 1000);
    slot.seen = wanted;
    const move = () => {
      if (Math.abs(slot.video.currentTime - wanted) > 0.02) slot.video.currentTime = wanted;
    };
    if (slot.video.readyState >= 1) move();
    else slot.video.addEventListener("loadedmetadata", move, { once: true });
  }

  const inHole = () => place < 0 || looked >= (troubles.get(place)?.from ?? Infinity);
  const isReady = (slot) => slot.video.readyState >= 2 && !slot.video.seeking;
  const isOver = (slot) => slot.video.ended || (slot.video.duration > 0 && slot.video.currentTime >= slot.video.duration - 0.05);

  /** Show the moment; `jumps` when somebody sought. */
  function follow(ms, speed, plays, jumps) {
    place = pieceAt(pieces, ms);
    looked = ms;
    if (jumps) tryAgain();
    figure.classList.toggle("is-hole", inHole());
    if (hole) {
      const words = place >= 0 ? (texts.stays[troubles.get(place)?.reason] ?? "") : texts.hole;
      hole.hidden = !inHole() || !words;
      if (hole.textContent !== words) hole.textContent = words;
    }
    if (inHole()) {
      shown.video.pause();
      prefetch(ms, speed);
      return;
    }
    if (shown.place !== place) change(ms);
    else if (jumps) place_at(shown, ms);
    if (shown.place === place) keepUp(ms, speed, plays);
    prefetch(ms, speed);
  }

  /** What could not be played may have been the line: who comes back to it asks once more. */
  function tryAgain() {
    const trouble = inHole() ? troubles.get(place) : null;
    if (!trouble || trouble.reason === "short" || performance.now() - trouble.since < RETRY) return;
    troubles.delete(place);
    for (const slot of [shown, spare]) if (slot.place === place) slot.place = -1;
  }

  /** The other piece comes to the front once its picture is there; until then the last picture stays. */
  function change(ms) {
    if (spare.place !== place) load(spare, place, ms);
    if (!isReady(spare)) return;
    [shown, spare] = [spare, shown];
    shown.video.hidden = false;
    spare.video.hidden = true;
    spare.video.pause();
    place_at(shown, ms);
  }

  function keepUp(ms, speed, plays) {
    const { video } = shown;
    if (endsEarly(shown)) return void fail(place, shown.seen, "short");
    if (!video.ended && !video.seeking) shown.seen = video.currentTime;
    if (!plays || isOver(shown)) {
      if (!video.paused) video.pause();
      return;
    }
    if (isReady(shown)) {
      const { jump, rate } = correction(video.currentTime - (ms - pieces[place].begins) / 1000, speed);
      if (jump) place_at(shown, ms);
      if (video.playbackRate !== rate) video.playbackRate = rate;
    }
    if (video.paused) video.play().catch(() => {});
  }

  function prefetch(ms, speed) {
    const next = pieceAfter(pieces, ms);
    if (next < 0 || troubles.has(next) || spare.place === next || (spare.place === place && shown.place !== place)) return;
    if (pieces[next].begins - ms < 15_000 * Math.max(speed, 1)) load(spare, next, pieces[next].begins);
  }

  /** Whether the clock has to wait for this track. */
  function isWaiting(now) {
    if (inHole() || (shown.place === place && ((isReady(shown) && shown.video.readyState > 2) || isOver(shown)))) {
      waitsSince = 0;
      return false;
    }
    waitsSince ||= now;
    if (now - waitsSince <= PATIENCE) return true;
    waitsSince = 0;
    fail(place, (looked - pieces[place].begins) / 1000);
    return false;
  }

  /** Where its film is, in milliseconds since 1970; for ever ahead where it holds up nobody. */
  function position() {
    if (inHole() || shown.place !== place || isOver(shown)) return Infinity;
    return pieces[place].begins + shown.video.currentTime * 1000;
  }

  spare.video.hidden = true;
  return {
    follow,
    isWaiting,
    position,
    video: () => (inHole() || shown.place !== place ? null : shown.video),
    troubles: () => [...troubles].map(([n, { reason, from }]) => ({ reason, begins: from, ends: pieces[n].ends })),
  };
}

/** The player: its clock and its films. `listen(f)` is told the time and whether it plays, at each beat. */
export function makePlayer(root, data, now = () => performance.now()) {
  const tracks = {};
  for (const figure of root.querySelectorAll("[data-track]")) {
    const pieces = data.tracks[figure.dataset.track] ?? [];
    if (pieces.length) tracks[figure.dataset.track] = makeTrack(figure, pieces, data.texts, changed, (url) => state.reasonOf(url));
  }
  const [listeners, uses, worried] = [[], [], []];
  const state = { ms: data.begins, plays: false, speed: 1, skips: false, sounds: true, reasonOf: async () => "broken" };
  let [last, timer] = [now(), 0];

  const films = () => Object.values(tracks);
  function changed() {
    if (!state.plays) for (const track of films()) track.follow(state.ms, state.speed, false, false);
    for (const listener of worried) listener();
  }

  function beat(jumps = false) {
    const at = now();
    const elapsed = Math.min(at - last, 2000);
    last = at;
    const waits = state.plays && !jumps && move(elapsed, at);
    for (const [name, track] of Object.entries(tracks)) {
      track.follow(state.ms, state.speed, state.plays && !waits, jumps);
      const video = track.video();
      if (video) video.muted = name !== "camera" || !state.sounds;
    }
    for (const listener of listeners) listener(state.ms, state.plays);
  }

  /** Let the clock run; whether it has to wait for a film, and the others with it. */
  function move(elapsed, at) {
    const waits = films().map((track) => track.isWaiting(at)).includes(true);
    state.ms = nextTime(state.ms, elapsed, state.speed, films().map((track) => track.position()), waits);
    const skipTo = state.skips && !waits ? nextBusy(data.busy, data.begins, data.ends, state.ms) : null;
    if (skipTo !== null && skipTo > state.ms) {
      state.ms = skipTo;
      for (const track of films()) track.follow(state.ms, state.speed, state.plays, true);
    }
    if (state.ms >= data.ends) {
      state.ms = data.ends;
      pause();
    }
    return waits;
  }

  function play() {
    if (state.ms >= data.ends) state.ms = data.begins;
    state.plays = true;
    last = now();
    timer ||= setInterval(beat, BEAT);
    beat();
  }

  function pause() {
    state.plays = false;
    clearInterval(timer);
    timer = 0;
    for (const track of films()) track.follow(state.ms, state.speed, false, false);
  }

  function seek(ms) {
    for (const told of uses) told();
    state.ms = Math.min(Math.max(ms, data.begins), data.ends);
    beat(true);
    changed();
    if (!state.plays) settle();
  }

  /** While it stands, films still have to come to the front, or to be given up: also one that only seemed to be there. */
  function settle(until = now() + PATIENCE + RETRY) {
    clearTimeout(settle.timer);
    if (state.plays) return;
    for (const track of films()) track.follow(state.ms, state.speed, false, false);
    const waits = films().map((track) => track.isWaiting(now())).includes(true);
    if (waits || now() < until) settle.timer = setTimeout(settle, waits ? BEAT : 5 * BEAT, until);
  }

  return {
    seek,
    toggle() {
      for (const told of uses) told();
      if (state.plays) pause();
      else play();
      for (const listener of listeners) listener(state.ms, state.plays);
    },
    pause() {
      pause();
      for (const listener of listeners) listener(state.ms, state.plays);
    },
    by: (ms) => seek(state.ms + ms),
    time: () => state.ms,
    plays: () => state.plays,
    set: (values) => Object.assign(state, values),
    get: (name) => state[name],
    listen: (listener) => listeners.push(listener),
    onUse: (told) => uses.push(told),
    onTroubles: (told) => worried.push(told),
    troubles: () => Object.entries(tracks).flatMap(([track, one]) => one.troubles().map((trouble) => ({ track, ...trouble }))),
    video: (name) => tracks[name]?.video() ?? null,
    begins: data.begins,
    ends: data.ends,
  };
}

/** Buttons, bar and clock of a page. */
export function bindControls(root, player, data) {
  const one = (name) => root.querySelector(`[data-do="${name}"]`);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };
  for (const button of root.querySelectorAll(".transport button[disabled]")) button.disabled = false;
  one("play")?.addEventListener("click", () => player.toggle());
  one("back")?.addEventListener("click", () => player.by(-5000));
  one("speed")?.addEventListener("change", (event) => player.set({ speed: Number(event.target.value) }));
  for (const [name, key] of [["skip", "skips"], ["sound", "sounds"]]) {
    one(name)?.addEventListener("click", ({ currentTarget }) => {
      player.set({ [key]: !player.get(key) });
      currentTarget.setAttribute("aria-pressed", String(player.get(key)));
    });
  }
  const bar = one("seek");
  bar?.addEventListener("input", () => player.seek(data.begins + Number(bar.value) * 1000));
  player.listen((ms, plays) => {
    const time = wallClock(ms, data.zone);
    write(part("clock"), time);
    write(part("gone"), `/ ${lengthWords(ms - data.begins, data.texts)}`);
    write(part("play-word"), plays ? data.texts.pause : data.texts.play);
    const sign = one("play")?.querySelector("use");
    const href = sign?.getAttribute("href")?.replace(/#.*$/, plays ? "#i-pause" : "#i-play");
    if (sign && sign.getAttribute("href") !== href) sign.setAttribute("href", href);
    if (!bar) return;
    const gone = String(Math.round((ms - data.begins) / 1000));
    if (bar.value !== gone) bar.value = gone;
    bar.setAttribute("aria-valuetext", time);
  });
}

/** Start in a page that has one; null elsewhere. */
export function start(page = globalThis.document) {
  const root = page?.querySelector("[data-player]");
  const block = page?.getElementById("report-data");
  if (!root || !block) return null;
  const data = JSON.parse(block.textContent);
  const player = makePlayer(root, data);
  bindControls(root, player, data);
  const bar = root.querySelector('[data-do="seek"]');
  player.seek(data.begins + Number(bar?.value ?? 0) * 1000);
  return { player, data, root };
}

export const started = start();
