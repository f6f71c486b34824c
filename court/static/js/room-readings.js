// Papers beside the agreement that are read aloud now: a way to the page on which each person answers.

import { element, make } from "./room-http.js";

/** @param {{id: string, name: string, here: boolean}[]} readings those that this screen hears or leads */
export function drawReadings(readings) {
  const panel = element("readings", HTMLElement);
  panel.hidden = readings.length === 0;
  const links = readings.map((one) => {
    const kind = one.here ? "primary" : "secondary";
    const link = make("a", `button button--${kind}`, `${one.here ? "听读并确认" : "带读"}《${one.name}》`);
    link.href = `/record-papers/${one.id}/reading`;
    link.target = "_blank";
    link.rel = "noopener";
    return link;
  });
  const box = element("readings-links", HTMLElement);
  const words = links.map((one) => one.href).join(" ");
  // Drawn anew only when it changes: it is announced.
  if (box.dataset.drawn === words) return;
  box.dataset.drawn = words;
  box.replaceChildren(...links);
}
