// Small common things of the exhibits' scripts: an id for a thing made here, choices of people.

import { make } from "./room-http.js";

/** A random id made once per act, so that sending it again is the same act; works without https as well. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Fills a choice of people, keeping what was chosen. @param {HTMLSelectElement} select
 * @param {{party: string, caption: string}[]} people */
export function choose(select, people) {
  const before = select.options.length ? select.value : null;
  select.replaceChildren(
    ...people.map((one) => {
      const option = make("option", "", one.caption);
      option.value = one.party;
      return option;
    }),
  );
  if (before !== null && people.some((one) => one.party === before)) select.value = before;
  const field = select.closest(".field");
  if (field instanceof HTMLElement) field.hidden = people.length < 2;
}
