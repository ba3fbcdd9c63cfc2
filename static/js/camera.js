/* Opening and closing camera and microphone. A refusal is a normal answer: `{problem}` instead of `{stream}`. */

import { problemOf } from "./problems.js";

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 960 } };

/** Constraints of a device kind; a chosen device must be exactly that one. */
export function wish(kind, { deviceId, facing, small } = {}) {
  const base = kind === "audio" ? {} : small ? { width: { ideal: 320 }, height: { ideal: 240 } } : { ...VIDEO };
  if (deviceId) return { ...base, deviceId: { exact: deviceId } };
  return facing ? { ...base, facingMode: { ideal: facing } } : base;
}

/** `{stream}` or `{problem}` for `{video, audio}`. */
export async function open(constraints, world = globalThis) {
  const media = world.navigator?.mediaDevices;
  if (!media?.getUserMedia) return { problem: world.isSecureContext ? "unknown" : "insecure" };
  try {
    return { stream: await media.getUserMedia(constraints) };
  } catch (error) {
    return { problem: problemOf(error, world.isSecureContext) };
  }
}

export const openCamera = (options, world) => open({ video: wish("video", options) }, world);
export const openMicrophone = (options, world) => open({ audio: wish("audio", options) }, world);

/**
 * Both with one question of the browser where that works. One that is absent does not hide the other; after a
 * refusal only a device that is allowed already is opened by itself, so that nobody is asked twice.
 */
export async function openBoth(world = globalThis) {
  const both = await open({ video: wish("video"), audio: wish("audio") }, world);
  if (both.stream) {
    const part = (tracks) => ({ stream: new world.MediaStream(tracks) });
    return { camera: part(both.stream.getVideoTracks()), microphone: part(both.stream.getAudioTracks()) };
  }
  const single = async (name, opener) =>
    both.problem === "refused" && !(await isGranted(name, world)) ? { problem: "refused" } : opener({}, world);
  return { camera: await single("camera", openCamera), microphone: await single("microphone", openMicrophone) };
}

async function isGranted(name, world) {
  try {
    return (await world.navigator.permissions.query({ name })).state === "granted";
  } catch {
    return false;
  }
}

/** The devices of a kind ("videoinput", "audioinput") that have a name. */
export async function devices(kind, world = globalThis) {
  try {
    const all = await world.navigator.mediaDevices.enumerateDevices();
    return all.filter((device) => device.kind === kind && device.label).map(({ deviceId, label }) => ({ deviceId, label }));
  } catch {
    return [];
  }
}

export function close(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}
