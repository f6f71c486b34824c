// The page before entering: own picture, own level, causes in words. The button is the gesture that allows sound.

import { Level, list, open } from "./room-device.js";
import { element, make } from "./room-http.js";

/** @typedef {import("./room-device.js").Devices} Devices */

/** Opens the devices at once, so that the person sees and hears the check before pressing the one button. */
export class Prejoin {
  constructor() {
    this.section = element("prejoin", HTMLElement);
    this.video = element("prejoin-video", HTMLVideoElement);
    this.meter = element("prejoin-level", HTMLMeterElement);
    this.trouble = element("prejoin-trouble", HTMLElement);
    this.picture = element("prejoin-picture", HTMLElement);
    this.cameras = element("prejoin-camera", HTMLSelectElement);
    this.microphones = element("prejoin-mic", HTMLSelectElement);
    // Only where a second camera may look at the whole place: in the vehicle.
    this.rooms = /** @type {HTMLSelectElement | null} */ (document.getElementById("prejoin-room"));
    this.again = element("prejoin-again", HTMLButtonElement);
    this.enter = element("enter", HTMLButtonElement);
    /** @type {Devices | null} */
    this.devices = null;
    /** @type {Level | null} */
    this.level = null;
    /** @type {Promise<void> | null} */
    this.opening = null;
    this.timer = window.setInterval(() => this.tick(), 100);
    this.again.addEventListener("click", () => void this.reopen());
    this.cameras.addEventListener("change", () => void this.reopen());
    this.microphones.addEventListener("change", () => void this.reopen());
    this.opening = this.reopen();
  }

  async reopen() {
    this.picture.textContent = "正在打开摄像头和麦克风…";
    if (this.devices) for (const track of this.devices.stream.getTracks()) track.stop();
    if (this.level) this.level.close();
    this.level = null;
    const devices = await open(this.cameras.value, this.microphones.value);
    this.devices = devices;
    this.video.srcObject = devices.camera ? devices.stream : null;
    if (devices.camera) void this.video.play().catch(() => undefined);
    if (devices.microphone) this.level = new Level(devices.stream);
    this.trouble.textContent = devices.trouble;
    this.trouble.hidden = !devices.trouble;
    this.picture.textContent = devices.camera ? "看到自己了，法庭就能看到您。" : "没有画面";
    this.enter.textContent = devices.camera || devices.microphone ? "进入法庭" : "进入法庭（只能看和听）";
    await this.fill(this.cameras, "videoinput", devices.stream.getVideoTracks()[0]);
    await this.fill(this.microphones, "audioinput", devices.stream.getAudioTracks()[0]);
    if (this.rooms) await this.fillRooms(this.rooms);
  }

  /** Every camera but the one that looks at the persons; none is chosen unasked. @param {HTMLSelectElement} select */
  async fillRooms(select) {
    const before = select.value;
    const others = (await list("videoinput")).filter((device) => device.id !== this.cameras.value);
    const none = make("option", "", others.length ? "不用" : "没有第二个摄像头");
    none.value = "";
    const options = others.map((device) => {
      const option = make("option", "", device.name);
      option.value = device.id;
      option.selected = device.id === before;
      return option;
    });
    select.replaceChildren(none, ...options);
    select.disabled = !others.length;
  }

  /** @param {HTMLSelectElement} select @param {"videoinput" | "audioinput"} kind @param {MediaStreamTrack | undefined} track */
  async fill(select, kind, track) {
    const found = await list(kind);
    const using = track ? track.getSettings().deviceId || "" : "";
    const options = found.map((device) => {
      const option = make("option", "", device.name);
      option.value = device.id;
      option.selected = device.id === using;
      return option;
    });
    if (!options.length) {
      const none = make("option", "", "没有找到");
      none.value = "";
      options.push(none);
    }
    select.replaceChildren(...options);
    select.disabled = found.length < 2;
  }

  tick() {
    this.meter.value = this.level ? this.level.read() : 0;
  }

  /** @returns {Promise<Devices>} what was open when the person pressed the button */
  entered() {
    return new Promise((resolve) => {
      this.enter.addEventListener("click", () => void this.pass(resolve));
    });
  }

  /** @param {(devices: Devices) => void} resolve */
  async pass(resolve) {
    this.enter.setAttribute("aria-busy", "true");
    this.enter.textContent = "正在接通法庭…";
    await this.opening;
    window.clearInterval(this.timer);
    if (this.level) this.level.close();
    this.level = null;
    this.video.srcObject = null;
    this.section.hidden = true;
    if (this.devices && this.rooms) this.devices.wishes.roomCamera = this.rooms.value || null;
    if (this.devices) resolve(this.devices);
  }
}
