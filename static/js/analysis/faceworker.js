/* Finds faces in pictures, in a thread of its own. Nothing is loaded from anywhere but this site, and only where faces
   are and how they are turned is looked for: no expression, age, gender or intent. */

import { Human } from "../../vendor/human/human.esm.js";

const files = new URL("../../vendor/human/", import.meta.url).href;
const off = { enabled: false };
const human = new Human({
  backend: "wasm",
  wasmPath: files,
  modelBasePath: files,
  cacheSensitivity: 0,
  async: false,
  debug: false,
  filter: off,
  gesture: off,
  body: off,
  hand: off,
  object: off,
  segmentation: off,
  face: {
    enabled: true,
    detector: { rotation: false, maxDetected: 5, minConfidence: 0.4 },
    mesh: { enabled: true },
    attention: off,
    iris: off,
    description: off,
    emotion: off,
    antispoof: off,
    liveness: off,
  },
});
const degrees = (radians) => Math.round((radians * 180) / Math.PI);
const ready = start();

async function start() {
  await human.load();
  await human.warmup?.({ warmup: "none" });
  // Without the fast engine an analysis takes seconds: then nothing is told rather than something late.
  if (human.tf.getBackend() !== "wasm") throw new Error(`engine ${human.tf.getBackend()}`);
}

self.onmessage = async ({ data: picture }) => {
  const began = performance.now();
  try {
    await ready;
    const { face, error } = await human.detect(picture);
    if (error) throw new Error(error);
    const faces = face.map(({ rotation }) => ({
      yaw: degrees(rotation?.angle.yaw ?? 0),
      pitch: degrees(rotation?.angle.pitch ?? 0),
    }));
    self.postMessage({ faces, ms: performance.now() - began });
  } catch (error) {
    self.postMessage({ faces: null, ms: performance.now() - began, problem: String(error.message ?? error) });
  } finally {
    picture.close();
  }
};
