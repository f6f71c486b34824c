// One's own microphone and camera inside the room: on, off, and what went wrong. The link holds the devices.

import { element } from "./room-http.js";
import { ownWords } from "./room-status.js";

/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./link.js").DeviceFault} DeviceFault */

/** @type {Record<DeviceFault, string>} */
const FAULTS = {
  permission: "没有得到使用许可。请在浏览器地址栏左边改成“允许”，再刷新页面。",
  not_found: "没有找到。请检查插头，或请身边的工作人员帮忙。",
  in_use: "正被别的程序占用。请关掉其他视频软件，再刷新页面。",
  insecure: "不能使用：页面不是用 https 打开的。请用法庭给您的网址重新打开。",
  unplugged: "断开了。插回去会自动恢复，不用刷新。",
  failed: "打不开。请检查设备，或联系法庭。",
};
const NAMES = { mic: "麦克风", camera: "摄像头", room: "全景摄像头", document: "实物展台" };

/** The two buttons and the truth about one's own tracks. */
export class Own {
  /** @param {Link} link @param {() => void} changed @param {(text: string) => void} trouble */
  constructor(link, changed, trouble) {
    this.link = link;
    this.changed = changed;
    this.trouble = trouble;
    this.muted = ""; // by the bench: "", "open" (may be undone here) or "locked"
    this.words = element("own-words", HTMLElement);
    this.mic = element("mic", HTMLButtonElement);
    this.camera = element("camera", HTMLButtonElement);
    this.mic.addEventListener("click", () => this.toggle("mic"));
    this.camera.addEventListener("click", () => this.toggle("camera"));
    link.addEventListener("local", () => this.draw());
    link.addEventListener("device", (event) => {
      const { name, source } = /** @type {CustomEvent<{name: DeviceFault, source: keyof typeof NAMES}>} */ (event).detail;
      this.trouble(`${NAMES[source]}${FAULTS[name]}`);
    });
    this.draw();
  }

  /** @param {"" | "open" | "locked"} muted by the bench */
  silenced(muted) {
    if (muted === this.muted) return;
    this.muted = muted;
    this.draw();
  }

  /** @param {"mic" | "camera"} source @returns {boolean} whether the device is there */
  has(source) {
    const { localStream } = this.link;
    const tracks = source === "mic" ? localStream.getAudioTracks() : localStream.getVideoTracks();
    return tracks.some((track) => track.readyState === "live");
  }

  /** @param {"mic" | "camera"} source @returns {boolean} whether it is there and switched on */
  live(source) {
    return this.has(source) && this.link.isLive(source);
  }

  /** @param {"mic" | "camera"} source */
  toggle(source) {
    if (source === "mic" && this.muted) {
      if (this.muted === "open") this.link.unmute();
      else this.trouble("主持人已将您静音并锁定。需要发言请举手。");
      return;
    }
    this.link.setLive(source, !this.link.isLive(source));
    this.draw();
  }

  /** What the court has of this person now, in words. @param {import("./room-stage.js").SeatView | undefined} view
   * @param {boolean} connected */
  tell(view, connected) {
    const text = ownWords({
      camera: this.live("camera"),
      mic: this.live("mic"),
      connected,
      missing: view && view.state === "joined" ? this.missing() : null,
      floor: !view || (view.floor && !view.muted),
      unmutable: Boolean(view && view.floor && view.muted && !view.locked),
    });
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  /** @returns {("camera" | "mic")[] | null} what is switched on here and does not reach the court */
  missing() {
    if (!this.link.mediaConnected) return null;
    const sent = /** @type {("camera" | "mic")[]} */ (["camera", "mic"]).filter((source) => this.live(source));
    return sent.filter((source) => !this.link.received(source));
  }

  draw() {
    this.face(this.mic, "麦克风", "mic");
    this.face(this.camera, "摄像头", "camera");
    this.changed();
  }

  /** @param {HTMLButtonElement} button @param {string} name @param {"mic" | "camera"} source */
  face(button, name, source) {
    const exists = this.has(source);
    button.disabled = !exists;
    button.setAttribute("aria-pressed", String(this.live(source) && !(source === "mic" && this.muted)));
    const label = button.querySelector("span");
    const state = source === "mic" && this.muted ? "被静音" : this.live(source) ? "开" : "关";
    if (label) label.textContent = exists ? `${name}：${state}` : `${name}：没有`;
  }
}
