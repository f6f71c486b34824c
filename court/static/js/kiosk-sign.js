/** The signature page: the pad's strokes go out with the form; nothing goes out without a name on the pad. */

import { Pad } from "./pad.js";

const canvas = /** @type {HTMLCanvasElement | null} */ (document.querySelector("[data-pad-canvas]"));
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-sign-form]"));
const strokes = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-pad-strokes]"));
const hint = /** @type {HTMLElement | null} */ (document.querySelector("[data-pad-hint]"));
const status = document.querySelector("[data-pad-status]");

if (canvas && form && strokes) {
  const pad = new Pad(canvas, { pen: 7 });
  pad.addEventListener("change", () => {
    if (hint) hint.hidden = !pad.empty;
    if (status && !pad.empty) status.textContent = "";
  });
  document.querySelector("[data-pad-clear]")?.addEventListener("click", () => pad.clear());
  form.addEventListener(
    "submit",
    (event) => {
      if (!pad.enough) {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (status) status.textContent = pad.empty ? "请先在框里签上名字。" : "签名太短，请写完整的名字。";
        return;
      }
      strokes.value = JSON.stringify(pad.handwriting);
      pad.enable(false);
    },
    { capture: true },
  );
  window.addEventListener("pageshow", () => pad.enable(true));
}
