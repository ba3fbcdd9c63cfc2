/* Whether a live picture can be sent: two peers in this page, the way that they would go to another computer. */

const PATIENCE_MS = 10_000;

/** Null where a message came through, else what is wrong. Nothing leaves this computer. */
export async function problemOfPeers(world = globalThis) {
  if (typeof world.RTCPeerConnection !== "function") return "unsupported";
  const [near, far] = [new world.RTCPeerConnection(), new world.RTCPeerConnection()];
  let timer;
  try {
    const late = new Promise((resolve) => {
      timer = world.setTimeout(resolve, PATIENCE_MS, false);
    });
    return (await Promise.race([exchange(near, far), late])) ? null : "blocked";
  } catch {
    return "blocked";
  } finally {
    world.clearTimeout(timer);
    near.close();
    far.close();
  }
}

async function exchange(near, far) {
  for (const [peer, other] of [[near, far], [far, near]])
    peer.addEventListener("icecandidate", ({ candidate }) => candidate && other.addIceCandidate(candidate).catch(() => {}));
  const channel = near.createDataChannel("try");
  channel.addEventListener("open", () => channel.send("hello"));
  const heard = new Promise((resolve) => {
    far.addEventListener("datachannel", (event) => event.channel.addEventListener("message", () => resolve(true)));
  });
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription);
  return heard;
}
