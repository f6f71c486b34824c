// The vehicle's still of its document camera on request of the court: announced, taken in full size, sent, put away.

import { DocumentCamera } from "./camera.js";
import { upload } from "./room-exhibits-dialogs.js";
import { element, explain, post } from "./room-http.js";

/** @typedef {import("./room-exhibits.js").ExhibitsState} ExhibitsState */

const READY_MS = 4000; // time to lay the paper straight
const LOOK = /document|visualizer|scanner|实物|展台|高拍/i;

/** The camera that looks down on the table: named so, else the last one that is not in use here. @param {string[]} used
 * @returns {Promise<string>} its device id, empty when there is only one camera */
export async function tableCamera(used) {
  const all = navigator.mediaDevices ? await navigator.mediaDevices.enumerateDevices() : [];
  const cameras = all.filter((one) => one.kind === "videoinput" && one.deviceId);
  const named = cameras.find((one) => LOOK.test(one.label));
  const others = cameras.filter((one) => !used.includes(one.deviceId));
  const found = named ?? others[others.length - 1];
  return found ? found.deviceId : "";
}

export class Still {
  /** @param {string} path @param {(state: ExhibitsState) => void} changed */
  constructor(path, changed) {
    this.path = path;
    this.changed = changed;
    this.box = element("still", HTMLElement);
    this.words = element("still-words", HTMLElement);
    this.now = element("still-now", HTMLButtonElement);
    this.canvas = element("still-canvas", HTMLCanvasElement);
    this.video = element("still-video", HTMLVideoElement);
    this.camera = new DocumentCamera(this.video, this.canvas);
    this.id = "";
    this.done = "";
    this.timer = 0;
    this.now.addEventListener("click", () => void this.shoot());
    element("still-no", HTMLButtonElement).addEventListener("click", () => void this.refuse());
    this.camera.addEventListener("live", () => {
      this.words.textContent = "请把原件放正，几秒后自动拍下。";
      this.now.disabled = false;
      this.timer = window.setTimeout(() => void this.shoot(), READY_MS);
    });
    this.camera.addEventListener("failed", (event) => {
      this.words.textContent = /** @type {CustomEvent} */ (event).detail.text;
    });
  }

  /** @param {{id: string, title: string} | null} capture what the court asks for now */
  asked(capture) {
    const id = capture ? capture.id : "";
    if (id === this.id || (id && id === this.done)) return;
    this.close();
    if (!capture) return;
    this.id = id;
    this.box.hidden = false;
    this.video.hidden = false;
    this.canvas.hidden = true;
    this.now.disabled = true;
    element("still-title", HTMLElement).textContent = `法庭请您拍一张：${capture.title}`;
    this.words.textContent = "正在打开实物展台…";
    this.box.scrollIntoView({ block: "nearest" });
    void tableCamera([]).then((device) => this.camera.open(device));
  }

  async shoot() {
    window.clearTimeout(this.timer);
    if (!this.id || !this.camera.shoot()) return;
    const id = this.id;
    this.now.disabled = true;
    this.video.hidden = true;
    this.canvas.hidden = false;
    this.words.textContent = "拍好了，正在交给法庭…";
    const body = new FormData();
    body.set("file", await this.camera.jpeg(), "still.jpg");
    try {
      const state = await upload(`${this.path}/captures/${id}`, body);
      this.done = id;
      this.close();
      this.changed(state);
    } catch (error) {
      this.words.textContent = `没有交上：${explain(error)}请再拍一次。`;
      this.video.hidden = false;
      this.canvas.hidden = true;
      this.now.disabled = false;
    }
  }

  async refuse() {
    const { id } = this;
    this.done = id;
    this.close();
    try {
      this.changed(await post(`${this.path}/captures/${id}/cancel`));
    } catch (_) {
      // The request ends by itself after two minutes.
    }
  }

  close() {
    window.clearTimeout(this.timer);
    this.camera.close();
    this.id = "";
    this.box.hidden = true;
  }
}

/** Opened when the judge shows it, closed when he does not.
 * @param {import("./link.js").Link} link @param {boolean} wanted */
export async function setDocument(link, wanted) {
  if (wanted === link.isLive("document")) return;
  const used = link.localStream.getVideoTracks().map((track) => String(track.getSettings().deviceId));
  await link.document(wanted ? (await tableCamera(used)) || true : null);
}
