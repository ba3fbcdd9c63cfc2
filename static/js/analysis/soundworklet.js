/* Listens in the audio thread, which goes on when the window is in the background: features of each second. */

import { featuresOf, isVoiced, levelOf } from "./sound.js";

const FRAME_SECONDS = 0.05;
const FRAMES = 20;

class Listener extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Float32Array(Math.round(sampleRate * FRAME_SECONDS));
    this.filled = 0;
    this.frames = [];
  }

  process([input]) {
    const samples = input[0] ?? new Float32Array(128);
    for (const sample of samples) {
      this.frame[this.filled] = sample;
      this.filled += 1;
      if (this.filled === this.frame.length) this.close();
    }
    return true;
  }

  close() {
    this.filled = 0;
    this.frames.push({ level: levelOf(this.frame), voiced: isVoiced(this.frame, sampleRate) });
    if (this.frames.length < FRAMES) return;
    this.port.postMessage(featuresOf(this.frames));
    this.frames = [];
  }
}

registerProcessor("listener", Listener);
