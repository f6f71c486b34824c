/**
 * Reading aloud, line by line with the line lit. Uses a Chinese voice of the machine when there is one; without one
 * the button stays away and nothing pretends to speak.
 */

/** Slower than a newsreader: the listener is seventy. */
const RATE = 0.85;

/** @returns {SpeechSynthesisVoice | undefined} a Chinese voice of this machine */
export function voice() {
  if (!("speechSynthesis" in window)) return undefined;
  return speechSynthesis.getVoices().find((one) => /^(zh|cmn)\b/i.test(one.lang));
}

/** Says one sentence. @param {string} text @returns {Promise<void>} done, or nothing to say it with */
export function speak(text) {
  const chosen = voice();
  if (!chosen || !text.trim()) return Promise.resolve();
  return new Promise((resolve) => {
    const words = new SpeechSynthesisUtterance(text);
    words.voice = chosen;
    words.lang = chosen.lang;
    words.rate = RATE;
    words.onend = () => resolve();
    words.onerror = () => resolve();
    speechSynthesis.speak(words);
  });
}

/** Shows the button "念给我听" once a voice is known. */
export function offerReading() {
  const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-speak]"));
  if (!button || !("speechSynthesis" in window)) return;
  let reading = 0;

  const offer = () => {
    button.hidden = !voice();
  };

  async function read() {
    speechSynthesis.cancel();
    reading += 1;
    const mine = reading;
    button?.setAttribute("aria-pressed", "true");
    for (const part of document.querySelectorAll("[data-read]")) {
      if (mine !== reading) return;
      part.classList.add("is-spoken");
      await speak(/** @type {HTMLElement} */ (part).innerText.replace(/改$/, ""));
      part.classList.remove("is-spoken");
    }
    button?.removeAttribute("aria-pressed");
  }

  function hush() {
    reading += 1;
    speechSynthesis.cancel();
    button?.removeAttribute("aria-pressed");
    for (const part of document.querySelectorAll(".is-spoken")) part.classList.remove("is-spoken");
  }

  button.addEventListener("click", () => (button.getAttribute("aria-pressed") ? hush() : void read()));
  window.addEventListener("pagehide", hush);
  speechSynthesis.addEventListener("voiceschanged", offer);
  offer();
}
