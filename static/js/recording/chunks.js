/* Chunks of recordings that wait to be acknowledged: on the learner's disk, so that a dead line or a reload loses none.
   Where the browser refuses storage they wait in memory. A row is `{track, name, seq, offset, begins, at, blob}`, or
   `{track, name, end}` for the end of a recording. Rows come back in the order in which they were added. A recording
   that has no end yet is remembered, so that the next page can end it: pages are loaded again without notice. */

import { done, openDisk } from "../disk.js";

const STORES = { chunks: { autoIncrement: true }, open: {} };
export async function openChunks(name, factory) {
  try {
    return onDisk(await openDisk(name, factory, STORES));
  } catch {
    return inMemory();
  }
}

export function inMemory() {
  const rows = new Map();
  let next = 1;
  return {
    add: async (row) => void rows.set(next++, row),
    endOpen: async () => {},
    first: async () => {
      const [key] = rows.keys();
      return key === undefined ? null : { key, row: rows.get(key) };
    },
    remove: async (key) => void rows.delete(key),
    count: async () => rows.size,
  };
}

function onDisk(db) {
  const store = (mode) => db.transaction("chunks", mode).objectStore("chunks");
  return {
    add: async (row) => {
      const change = db.transaction(["chunks", "open"], "readwrite");
      const open = change.objectStore("open");
      await Promise.all([
        done(change.objectStore("chunks").add(row)),
        done(row.end ? open.delete(row.name) : open.put({ track: row.track, end: row.seq }, row.name)),
      ]);
    },
    /** End the recordings of pages before this one. */
    endOpen: async () => {
      const change = db.transaction(["chunks", "open"], "readwrite");
      const open = change.objectStore("open");
      const [names, left] = await Promise.all([done(open.getAllKeys()), done(open.getAll())]);
      await Promise.all(left.map((one, place) => done(change.objectStore("chunks").add({ ...one, name: names[place] }))));
      await done(open.clear());
    },
    first: async () => {
      const cursor = await done(store("readonly").openCursor());
      return cursor ? { key: cursor.key, row: cursor.value } : null;
    },
    remove: (key) => done(store("readwrite").delete(key)),
    count: () => done(store("readonly").count()),
  };
}
