/* A field that chooses one of several devices; hidden where there is no choice. */

import { make } from "../dom.js";

export function fillChooser(field, devices, current) {
  const options = devices.map(({ deviceId, label }) => {
    const option = make("option", "", label);
    option.value = deviceId;
    option.selected = deviceId === current;
    return option;
  });
  field.querySelector("select").replaceChildren(...options);
  field.hidden = devices.length < 2;
}
