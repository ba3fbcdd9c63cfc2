#!/usr/bin/env bash
# The few files of browser libraries that pages load, from node_modules to static/vendor, with their licences.
set -euo pipefail
cd "$(dirname "$0")/.."
human=node_modules/@vladmandic/human tensors=node_modules/@tensorflow/tfjs-backend-wasm to=static/vendor/human

mkdir -p "$to"
cp "$human/dist/human.esm.js" "$human/LICENSE" "$to/"
for model in blazeface facemesh; do cp "$human/models/$model.json" "$human/models/$model.bin" "$to/"; done
cp "$tensors/dist/tfjs-backend-wasm.wasm" "$tensors/dist/tfjs-backend-wasm-simd.wasm" "$to/"
