/* Spans that wait to be acknowledged: on the learner's disk, so that a reload or a dead line loses none of them.
   Each span has the next number; a batch is what stands first in line. Where the browser refuses storage they wait in
   memory: then a reload loses what was not sent yet, and the exam goes on. */

import { done, openDisk } from "../disk.js";

const STORES = { spans: { autoIncrement: true }, facts: {} };
const MOST = 400;

/** A queue for one attempt; `factory` is the browser's indexedDB, or null. */
export async function openQueue(name, factory, random = () => crypto.randomUUID()) {
  try {
    return diskQueue(await openDisk(name, factory, STORES), random);
  } catch {
    return memoryQueue(random);
  }
}

export function memoryQueue(random) {
  let client = random();
  let waiting = [];
  let next = 1;
  return {
    add: async (spans) => void waiting.push(...spans.map((span) => ({ seq: next++, span }))),
    batch: async () => batchOf(client, waiting.slice(0, MOST)),
    acknowledge: async (seq) => void (waiting = waiting.filter((row) => row.seq > seq)),
    /** The server knows less than it acknowledged before: what is left begins anew under another name. */
    renew: async () => {
      client = random();
      waiting = waiting.map((row, place) => ({ seq: place + 1, span: row.span }));
      next = waiting.length + 1;
    },
  };
}

function batchOf(client, rows) {
  return rows.length ? { client, first: rows[0].seq, spans: rows.map((row) => row.span) } : null;
}

function diskQueue(db, random) {
  const store = (mode) => db.transaction("spans", mode).objectStore("spans");
  const client = async () => {
    const facts = db.transaction("facts", "readwrite").objectStore("facts");
    const known = await done(facts.get("client"));
    if (known) return known;
    const made = random();
    await done(facts.put(made, "client"));
    return made;
  };
  const rows = async (most) => {
    const from = store("readonly");
    const [keys, spans] = await Promise.all([done(from.getAllKeys(null, most)), done(from.getAll(null, most))]);
    return keys.map((seq, place) => ({ seq, span: spans[place] }));
  };
  return {
    add: async (spans) => {
      const to = store("readwrite");
      await Promise.all(spans.map((span) => done(to.add(span))));
    },
    batch: async () => batchOf(await client(), await rows(MOST)),
    acknowledge: (seq) => done(store("readwrite").delete(IDBKeyRange.upperBound(seq))),
    renew: async () => {
      const left = await rows();
      const change = db.transaction(["spans", "facts"], "readwrite");
      await done(change.objectStore("spans").clear());
      await Promise.all(left.map((row, place) => done(change.objectStore("spans").put(row.span, place + 1))));
      await done(change.objectStore("facts").put(random(), "client"));
    },
  };
}
