/* The platform's answers to LTI postMessages (1EdTech: client side postMessages, and the storage that builds on them).
   Pure: what is asked and where it is kept go in, the answer comes out. */

const STORAGE = ["lti.put_data", "lti.get_data"];
const LARGEST_STORE = 65_536; // characters of one origin; the documents ask for no more than 4096 bytes

const text = (value) => typeof value === "string" && value !== "";

function size(kept) {
  return [...kept].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}

function supported(frame) {
  const place = frame ? { frame } : {};
  return [{ subject: "lti.capabilities" }, ...STORAGE.map((subject) => ({ subject, ...place }))];
}

function put({ key, value }, kept) {
  if (value === null || value === undefined) {
    kept.delete(key);
    return { key, value: null };
  }
  if (typeof value !== "string") return { error: { code: "bad_request", message: "value must be a text." } };
  const before = kept.get(key);
  kept.set(key, value);
  if (size(kept) <= LARGEST_STORE) return { key, value };
  if (before === undefined) kept.delete(key);
  else kept.set(key, before);
  return { error: { code: "storage_exhaustion", message: "There is no room for this." } };
}

function storageAnswer(data, { kept, frame, isFrame }) {
  if (frame && !isFrame) {
    return { error: { code: "unsupported_subject", message: `Ask the frame ${frame} for this.` } };
  }
  if (!text(data.key)) return { error: { code: "bad_request", message: "key must be a text that is not empty." } };
  if (data.subject === "lti.put_data") return put(data, kept);
  return { key: data.key, value: kept.get(data.key) ?? null };
}

/** The answer to one message, or null when it is none of ours.
    `kept`: the Map of the asker's origin. `frame`: name of the frame that keeps the data, "" when the page itself does;
    `isFrame`: this page is that frame. */
export function answerTo(data, place) {
  if (data === null || typeof data !== "object" || !text(data.subject)) return null;
  if (!data.subject.startsWith("lti.") || data.subject.endsWith(".response")) return null;
  const answer = { subject: `${data.subject}.response` };
  if (!text(data.message_id)) {
    return { ...answer, error: { code: "bad_request", message: "message_id must be a text that is not empty." } };
  }
  answer.message_id = data.message_id;
  if (data.subject === "lti.capabilities") return { ...answer, supported_messages: supported(place.frame) };
  if (STORAGE.includes(data.subject)) return { ...answer, ...storageAnswer(data, place) };
  return { ...answer, error: { code: "unsupported_subject", message: `${data.subject} is not known here.` } };
}
