import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOfDisk } from "../../static/js/disk.js";
import { problemOfPeers } from "../../static/js/peers.js";

/** Peers that hand their message over, or lose it. */
function world({ opens = true, breaks = false } = {}) {
  const peers = [];
  class Peer extends EventTarget {
    constructor() {
      super();
      peers.push(this);
    }
    createDataChannel() {
      this.channel = Object.assign(new EventTarget(), { send: () => peers[1].hears() });
      return this.channel;
    }
    hears() {
      const channel = new EventTarget();
      this.dispatchEvent(Object.assign(new Event("datachannel"), { channel }));
      channel.dispatchEvent(new Event("message"));
    }
    async setLocalDescription() {
      if (breaks) throw new Error("no");
    }
    async setRemoteDescription() {
      if (this === peers[0] && opens) this.channel.dispatchEvent(new Event("open"));
    }
    close() {
      this.isClosed = true;
    }
  }
  const timers = { setTimeout: (done, _ms, value) => setTimeout(done, 20, value), clearTimeout };
  return { RTCPeerConnection: Peer, peers, ...timers };
}

test("a message that comes through is fine, and the peers are closed", async () => {
  const fine = world();
  assert.equal(await problemOfPeers(fine), null);
  assert.deepEqual(fine.peers.map((peer) => peer.isClosed), [true, true]);
});

for (const [name, broken, wanted] of [
  ["without WebRTC", {}, "unsupported"],
  ["a message that never comes", world({ opens: false }), "blocked"],
  ["a browser that refuses", world({ breaks: true }), "blocked"],
]) test(`${name}: ${wanted}`, async () => assert.equal(await problemOfPeers(broken), wanted));

test("a browser that keeps nothing is told", async () => {
  const refused = { indexedDB: { open: () => { throw new Error("private"); } }, navigator: {} };
  assert.deepEqual(await problemOfDisk(20, refused), { problem: "refused" });
});

/** A disk on which everything works, with so many megabytes. */
function disk(quotaMb) {
  const request = (result) => {
    const asked = { result };
    queueMicrotask(() => asked.onsuccess());
    return asked;
  };
  const opened = { transaction: () => ({ objectStore: () => ({ put: () => request(1) }) }), close() {} };
  const estimate = async () => ({ quota: quotaMb * 1_000_000, usage: 0 });
  return { indexedDB: { open: () => request(opened), deleteDatabase() {} }, navigator: { storage: { estimate } } };
}

for (const [quota, wanted] of [[300, null], [299, { problem: "full", free: 299 }]])
  test(`${quota} MB where 300 are needed`, async () => assert.deepEqual(await problemOfDisk(300, disk(quota)), wanted));
