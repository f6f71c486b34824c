/** Nobody touches the screen: ask aloud, wait, then put the registration away. The server keeps it. */

import { speak } from "./kiosk-speech.js";

const SIGNS = ["pointerdown", "keydown", "input", "wheel", "touchstart"];

/** @param {HTMLDialogElement} dialog  with data-ask-after and data-lock-after in seconds */
export function watchIdle(dialog) {
  const askAfter = Number(dialog.dataset.askAfter) * 1000;
  const lockAfter = Number(dialog.dataset.lockAfter);
  const left = dialog.querySelector("[data-idle-left]");
  const form = dialog.querySelector("form");
  let asking = 0;
  let counting = 0;

  function rest() {
    window.clearTimeout(asking);
    asking = window.setTimeout(ask, askAfter);
  }

  function stay() {
    window.clearInterval(counting);
    if (dialog.open) dialog.close();
    rest();
  }

  function ask() {
    const until = Date.now() + lockAfter * 1000;
    if (left) left.textContent = String(lockAfter);
    dialog.showModal();
    speak("您还在吗？");
    counting = window.setInterval(() => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (left) left.textContent = String(seconds);
      if (seconds > 0) return;
      window.clearInterval(counting);
      form?.requestSubmit();
    }, 500);
  }

  for (const sign of SIGNS) {
    document.addEventListener(sign, () => dialog.open || rest(), { passive: true, capture: true });
  }
  dialog.querySelector("[data-idle-stay]")?.addEventListener("click", stay);
  dialog.addEventListener("close", stay);
  rest();
}
