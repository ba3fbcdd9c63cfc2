/* Presets and add-ons of the exam editor: what a choice means. Pure. `data` is the editor's JSON block. */

/** 3 of 3, 2 of 3 or 1 of 3. */
export function levelOf(addons, { high, middle }) {
  if (addons.some((addon) => high.includes(addon))) return 3;
  return addons.some((addon) => middle.includes(addon)) ? 2 : 1;
}

/** The words beside the form for these add-ons. */
export function summaryOf(addons, data) {
  const level = levelOf(addons, data);
  const needsCamera = addons.some((addon) => data.camera.includes(addon));
  const steps = data.steps.filter((step) => addons.includes(step)).length;
  const needs = [data.needs[needsCamera ? "camera" : "none"], addons.includes("qrcode") ? data.needs.phone : ""].filter(Boolean).join(" ");
  return { level, levelWords: data.levels[level], words: data.words[level], needs, steps };
}

/** What a preset ticks, or null where the choice is the author's own. */
export function ticksOf(preset, data) {
  if (preset === data.own || !data.presets[preset]) return null;
  return { addons: data.presets[preset], metrics: data.metrics[preset] ?? [] };
}
