// A fingerprint on white paper, taken by a camera of this screen or chosen as a picture. Sends nothing, judges nothing.

import { DocumentCamera } from "./camera.js";
import { tableCamera } from "./room-exhibits-still.js";
import { element } from "./room-http.js";

/** Longest side of what is sent, pixels: ridges stay apart, and the body stays small. */
const LONGEST = 1600;

export class Fingerprint {
  /** @param {(words: string) => void} say what is wrong, or "" */
  constructor(say) {
    this.box = element("signing-print", HTMLElement);
    this.video = element("signing-video", HTMLVideoElement);
    this.canvas = element("signing-shot", HTMLCanvasElement);
    this.shoot = element("signing-shoot", HTMLButtonElement);
    this.camera = new DocumentCamera(this.video, this.canvas);
    this.taken = false;
    this.shoot.addEventListener("click", () => this.take());
    const file = element("signing-file", HTMLInputElement);
    file.addEventListener("change", () => void this.choose(file, say));
    this.camera.addEventListener("live", () => (this.shoot.disabled = false));
    this.camera.addEventListener("failed", (event) => say(/** @type {CustomEvent} */ (event).detail.text));
  }

  /** Opens the camera that looks down on the table. */
  open() {
    this.box.hidden = false;
    this.again();
    void tableCamera([]).then((device) => this.camera.open(device));
  }

  again() {
    this.taken = false;
    this.video.hidden = false;
    this.canvas.hidden = true;
  }

  take() {
    if (!this.camera.shoot()) return;
    this.#show();
  }

  /** @param {HTMLInputElement} file @param {(words: string) => void} say */
  async choose(file, say) {
    const [one] = file.files ?? [];
    file.value = "";
    if (!one) return;
    try {
      const picture = await createImageBitmap(one);
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      this.canvas.width = Math.round(picture.width * scale);
      this.canvas.height = Math.round(picture.height * scale);
      this.canvas.getContext("2d")?.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
      this.#show();
      say("");
    } catch (_) {
      say("这不是能打开的图片，请选 JPEG 或 PNG 照片。");
    }
  }

  #show() {
    this.taken = true;
    this.video.hidden = true;
    this.canvas.hidden = false;
  }

  close() {
    this.box.hidden = true;
    this.shoot.disabled = true;
    this.taken = false;
    this.camera.close();
  }

  /** The picture in base64, no larger than LONGEST. @returns {string} */
  get picture() {
    const scale = Math.min(1, LONGEST / Math.max(this.canvas.width, this.canvas.height));
    const small = document.createElement("canvas");
    small.width = Math.round(this.canvas.width * scale);
    small.height = Math.round(this.canvas.height * scale);
    small.getContext("2d")?.drawImage(this.canvas, 0, 0, small.width, small.height);
    return small.toDataURL("image/jpeg", 0.9).split(",")[1] ?? "";
  }
}
