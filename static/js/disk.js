/* The browser's own database, as promises. */

/** Open it; `stores` are names with options. Rejects where the browser refuses. `factory` is the browser's indexedDB. */
export function openDisk(name, factory, stores) {
  return new Promise((resolve, reject) => {
    const asked = factory.open(name, 1);
    asked.onupgradeneeded = () => {
      for (const [store, options] of Object.entries(stores)) asked.result.createObjectStore(store, options);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("blocked"));
  });
}

/** Whether the browser keeps what has to wait: null, or `{problem}` with the megabytes that are free. */
export async function problemOfDisk(needMb, world = globalThis) {
  try {
    const disk = await openDisk("lti-proctor-check", world.indexedDB, { tries: {} });
    const store = disk.transaction("tries", "readwrite").objectStore("tries");
    await done(store.put(new Blob(["kept"]), 1));
    disk.close();
    world.indexedDB.deleteDatabase("lti-proctor-check");
  } catch {
    return { problem: "refused" };
  }
  const { quota, usage = 0 } = (await world.navigator.storage?.estimate?.()) ?? {};
  const free = quota === undefined ? Infinity : Math.floor((quota - usage) / 1_000_000);
  return free < needMb ? { problem: "full", free } : null;
}

export function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
