/* What is recorded of an exam: a recorder for each track, one queue on the disk, one upload, and the ladder of sizes. */

import { FINE, UNKNOWN, VIOLATED } from "../monitoring/tracker.js";
import { openChunks } from "../recording/chunks.js";
import { RUNGS, nextRung } from "../recording/ladder.js";
import { record, typeOf } from "../recording/recorder.js";
import { makeUpload, sender } from "../recording/upload.js";

/** So late a chunk may be before the recording counts as not saved. */
const LATE_MS = 30_000;

export const queueName = (id) => `recording-${id}`;

/** `begin(track, stream)`, `end(track)`, `look()` now and then, `stop()` at the end. */
export function makeTape({ data, set, serverNow }) {
  const recorders = {};
  const streams = {};
  let rung = 0;
  let since = Date.now();
  let state = { waiting: 0, oldest: null, dropped: 0 };
  let isBroken = false;
  const queue = openChunks(queueName(data.id), window.indexedDB);
  const upload = queue.then((rows) => makeUpload({ queue: rows, send: sender(data.recordingsUrl, data.csrf), tell: (heard) => (state = heard) }));
  const ready = queue.then((rows) => rows.endOpen());
  ready.then(async () => (await upload).go());

  async function keep(row) {
    await ready;
    await (await queue).add(row);
    (await upload).go();
  }

  function begin(track, stream) {
    streams[track] = stream;
    const rates = RUNGS[track][rung];
    if (!rates || recorders[track]) return;
    const failed = () => (isBroken = true);
    const recorder = record({ stream, track, rates, keep, serverNow, failed });
    if (recorder) recorders[track] = recorder;
    else isBroken ||= stream.active;
  }

  async function end(track) {
    const recorder = recorders[track];
    delete recorders[track];
    delete streams[track];
    await recorder?.stop();
  }

  function climb(next) {
    if (next === rung) return;
    rung = next;
    since = Date.now();
    for (const [track, stream] of Object.entries(streams)) end(track).then(() => begin(track, stream));
  }

  function look() {
    if (!data.tracks.length) return;
    const late = state.oldest === null ? 0 : Date.now() - state.oldest;
    climb(nextRung(rung, late, Date.now() - since));
    if (!typeOf()) set("n3", VIOLATED);
    else if (isBroken || state.dropped || late > LATE_MS) set("n3", VIOLATED);
    else set("n3", Object.keys(recorders).length ? FINE : UNKNOWN);
  }

  return {
    begin,
    end,
    look,
    online: async () => (await upload).now(),
    /** Everything that was recorded is on the disk then; what is not sent yet goes out from the next page. */
    async stop() {
      await Promise.all(Object.keys(recorders).map(end));
    },
  };
}
