/** Telling the story into the machine: sound goes to the server every few seconds, so that nothing is lost by a reload. */

import { csrfToken } from "./room-http.js";

/** Milliseconds of one piece, the longest statement, and between tries when the line is gone. */
const PIECE = 3000;
const LONGEST = 10 * 60 * 1000;
const AGAIN = 1500;
const BITS = 48000;

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-statement]"));

/** @param {string} name @returns {HTMLElement} */
function part(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-statement-${name}]`));
}

/** @param {string} url @param {Blob | null} body @returns {Promise<any>} */
async function post(url, body) {
  const headers = { accept: "application/json", "x-csrf-token": csrfToken(), "content-type": body ? "application/octet-stream" : "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: body ?? "{}" });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(told.detail ?? "没有存上，请再录一次。"), { told: true });
  return told;
}

/** Sends until it is there; a refusal of the server is final. @param {string} url @param {Blob | null} body */
async function surely(url, body) {
  for (;;) {
    try {
      return await post(url, body);
    } catch (error) {
      if (/** @type {any} */ (error).told) throw error;
      part("note").textContent = "网络断了一下，正在补传，请不要关机。";
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/** @param {HTMLElement} root */
function start(root) {
  const begin = /** @type {HTMLButtonElement} */ (part("begin"));
  const end = /** @type {HTMLButtonElement} */ (part("end"));
  const note = part("note");
  /** @type {MediaRecorder | null} */
  let recorder = null;
  let position = 0;
  let since = 0;
  let told = 0;
  let clock = 0;
  /** @type {Promise<any>} */
  let sent = Promise.resolve();

  function tick() {
    const seconds = Math.floor((Date.now() - since) / 1000);
    note.textContent = `正在录音 ${Math.floor(seconds / 60)} 分 ${String(seconds % 60).padStart(2, "0")} 秒。说完了请按“说完了”。`;
    if (Date.now() - since > LONGEST - PIECE) recorder?.stop();
  }

  /** @param {unknown} error */
  function failed(error) {
    window.clearInterval(clock);
    if (recorder && recorder.state !== "inactive") recorder.stop();
    begin.hidden = false;
    end.hidden = true;
    root.classList.remove("is-live");
    note.textContent = error instanceof Error && /** @type {any} */ (error).told ? error.message : "录不上音。请叫工作人员，或者在上面打字。";
  }

  async function record() {
    begin.disabled = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true }, video: false });
      const { id } = await post("/kiosk/statements", null);
      recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS });
      recorder.ondataavailable = (event) => {
        if (!event.data.size) return;
        const at = position++;
        const length = Math.max(1, Math.round(Date.now() - since - told));
        told += length;
        sent = sent.then(() => surely(`/kiosk/statements/${id}/pieces/${at}?ms=${Math.min(length, 60000)}`, event.data));
        sent.catch(failed);
      };
      recorder.onstop = () => {
        window.clearInterval(clock);
        for (const track of stream.getTracks()) track.stop();
        note.textContent = "正在收好……";
        sent
          .then(() => surely(`/kiosk/statements/${id}/finish`, null))
          .then(() => window.location.reload())
          .catch(failed);
      };
      since = Date.now();
      recorder.start(PIECE);
      clock = window.setInterval(tick, 500);
      tick();
      begin.hidden = true;
      end.hidden = false;
      root.classList.add("is-live");
      end.focus();
    } catch (error) {
      failed(error);
    } finally {
      begin.disabled = false;
    }
  }

  begin.addEventListener("click", () => void record());
  end.addEventListener("click", () => recorder?.stop());
  part("controls").hidden = false;
}

if (root && window.isSecureContext && navigator.mediaDevices && "MediaRecorder" in window) start(root);
