/* Records a stream into chunks of two seconds. Each recording has a random name, and its chunks are numbered from 1. */

const SLICE_MS = 2000;
/** Some browsers give the first byte or two by themselves; the server knows a film by its whole header. */
const HEADER_BYTES = 200;
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm"];

/** The form in which this browser can record, or null. */
export function typeOf(world = globalThis) {
  return TYPES.find((type) => world.MediaRecorder?.isTypeSupported?.(type)) ?? null;
}

/**
 * Begin to record. `keep(row)` gets each chunk, in order; `serverNow` the milliseconds of the server's clock. Answers
 * `{stop}`, whose promise is kept when the last chunk and the end are kept; null where this browser or this stream can't be recorded.
 */
export function record({ stream, track, rates, keep, serverNow, failed = () => {}, world = globalThis }) {
  const mimeType = typeOf(world);
  if (!mimeType) return null;
  const name = world.crypto.randomUUID();
  const begins = serverNow();
  const recorder = new world.MediaRecorder(stream, {
    mimeType,
    videoBitsPerSecond: rates.video,
    ...(rates.audio ? { audioBitsPerSecond: rates.audio } : {}),
    // Where it is not known it does no harm: then one can seek less finely.
    videoKeyFrameIntervalDuration: SLICE_MS,
  });
  let seq = 0;
  let offset = 0;
  let held = null;
  // One after the other: what is added first must be sent first.
  let chain = Promise.resolve();
  recorder.ondataavailable = ({ data }) => {
    const blob = held ? new world.Blob([held, data], { type: mimeType }) : data;
    held = null;
    if (!blob.size) return;
    if (seq === 0 && blob.size < HEADER_BYTES && recorder.state !== "inactive") {
      held = blob;
      return;
    }
    seq += 1;
    const row = { track, name, seq, offset, begins, at: Date.now(), blob };
    offset += blob.size;
    chain = chain.then(() => keep(row)).catch(failed);
  };
  const ended = new Promise((resolve) => {
    recorder.onstop = () => {
      const end = seq;
      if (end) chain = chain.then(() => keep({ track, name, end })).catch(failed);
      resolve(chain);
    };
    recorder.onerror = () => {
      failed();
      if (recorder.state !== "inactive") recorder.stop();
    };
  });
  try {
    recorder.start(SLICE_MS);
  } catch {
    // The camera may have gone at this very moment; whoever watches it says so.
    return null;
  }
  return {
    stop() {
      if (recorder.state !== "inactive") recorder.stop();
      return ended;
    },
  };
}
