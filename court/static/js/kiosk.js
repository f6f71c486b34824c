/** What every kiosk page shares: idle question, no double press, reading aloud, id number help, counters, print. */

import { watchIdle } from "./kiosk-idle.js";
import { helpWithNumber } from "./kiosk-number.js";
import { offerReading } from "./kiosk-speech.js";

/** Milliseconds: a trembling hand presses twice; the second press is not meant. */
const TREMOR = 400;

/** A form goes out once; its button says so. @param {SubmitEvent} event */
function onceOnly(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  window.setTimeout(() => delete form.dataset.sent, 8000);
}

// Zero at the start of a page: the second press of a trembling hand often lands on the page that has just come.
let lastPress = 0;

/** @param {MouseEvent} event */
function steady(event) {
  const control = event.target instanceof Element ? event.target.closest("a.button, a.door, button:not([data-key])") : null;
  if (!control || event.detail === 0) return;
  if (event.timeStamp - lastPress < TREMOR) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  lastPress = event.timeStamp;
}

/** @param {HTMLTextAreaElement} area */
function countDown(area) {
  const most = Number(area.dataset.count);
  const place = document.querySelector("[data-count-left]");
  const tell = () => {
    const length = Array.from(area.value).length;
    if (place) place.textContent = length > most ? `多了 ${length - most} 个字，请删减` : `已写 ${length} 个字，最多 ${most} 个`;
  };
  area.addEventListener("input", tell);
  tell();
}

document.addEventListener("submit", onceOnly);
document.addEventListener("click", steady, true);
window.addEventListener("pageshow", () => {
  // A page that comes back from the browser's memory has forms that may go out again.
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
});
for (const area of document.querySelectorAll("textarea[data-count]")) countDown(/** @type {HTMLTextAreaElement} */ (area));
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
for (const note of document.querySelectorAll("[data-insecure]")) /** @type {HTMLElement} */ (note).hidden = window.isSecureContext;

const faulty = document.querySelector("[data-error-summary]") ?? document.querySelector('[aria-invalid="true"]');
if (faulty instanceof HTMLElement) faulty.focus();
const number = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-id-number]"));
if (number) helpWithNumber(number);
const idle = /** @type {HTMLDialogElement | null} */ (document.querySelector("[data-idle]"));
if (idle) watchIdle(idle);
offerReading();
const leaving = /** @type {HTMLElement | null} */ (document.querySelector("[data-home-after]"));
if (leaving) window.setTimeout(() => window.location.assign("/kiosk"), Number(leaving.dataset.homeAfter) * 1000);
