// One's own microphone and camera inside the room: on, off, lost and opened again. What is let through is the server's.

import { cause, open } from "./room-device.js";
import { element } from "./room-http.js";

/** @typedef {import("./room-device.js").Devices} Devices */

/** Holds the own stream; tells `changed` whenever a track came, went, or was switched. */
export class Own {
  /** @param {Devices} devices @param {(own: Own) => void} changed @param {(text: string) => void} trouble */
  constructor(devices, changed, trouble) {
    this.stream = devices.stream;
    this.changed = changed;
    this.trouble = trouble;
    this.micOn = devices.microphone;
    this.cameraOn = devices.camera;
    this.mic = element("mic", HTMLButtonElement);
    this.camera = element("camera", HTMLButtonElement);
    this.mic.addEventListener("click", () => this.toggle("audio"));
    this.camera.addEventListener("click", () => this.toggle("video"));
    // A phone that was put away, or a plug that was pulled, ends a track: take the device again.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.recover();
    });
    this.watch();
    this.draw();
  }

  /** @param {"audio" | "video"} kind @returns {MediaStreamTrack | null} */
  track(kind) {
    const tracks = kind === "audio" ? this.stream.getAudioTracks() : this.stream.getVideoTracks();
    return tracks.find((track) => track.readyState === "live") || null;
  }

  watch() {
    for (const track of this.stream.getTracks()) track.onended = () => void this.recover();
  }

  /** @param {"audio" | "video"} kind */
  toggle(kind) {
    if (kind === "audio") this.micOn = !this.micOn;
    else this.cameraOn = !this.cameraOn;
    const track = this.track(kind);
    if (track) track.enabled = kind === "audio" ? this.micOn : this.cameraOn;
    this.draw();
    this.changed(this);
  }

  async recover() {
    if (!this.stream.getTracks().some((track) => track.readyState === "ended")) return;
    try {
      const fresh = await open();
      this.stream = fresh.stream;
      for (const track of this.stream.getTracks()) {
        track.enabled = track.kind === "audio" ? this.micOn : this.cameraOn;
      }
      this.trouble(fresh.trouble);
      this.watch();
    } catch (error) {
      this.trouble(cause(error));
    }
    this.draw();
    this.changed(this);
  }

  draw() {
    this.face(this.mic, "麦克风", Boolean(this.track("audio")), this.micOn);
    this.face(this.camera, "摄像头", Boolean(this.track("video")), this.cameraOn);
  }

  /** @param {HTMLButtonElement} button @param {string} name @param {boolean} exists @param {boolean} on */
  face(button, name, exists, on) {
    button.disabled = !exists;
    button.setAttribute("aria-pressed", String(exists && on));
    const label = button.querySelector("span");
    if (label) label.textContent = exists ? `${name}：${on ? "开" : "关"}` : `${name}：没有`;
  }
}
