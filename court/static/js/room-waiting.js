// Before the courtroom's door: where things stand, what to do, one's own picture. Nothing of the session is here.

import { clock, element } from "./room-http.js";

/** @typedef {{code: string, title: string, todo: string, starts_at: string, opens_at: string | null}} Waiting */

/** Shown instead of the courtroom as long as the server says so. */
export class WaitingRoom {
  /** @param {(words: string) => void} say */
  constructor(say) {
    this.say = say;
    this.section = element("waiting", HTMLElement);
    this.title = element("waiting-title", HTMLElement);
    this.todo = element("waiting-todo", HTMLElement);
    this.time = element("waiting-clock", HTMLElement);
    this.video = element("waiting-video", HTMLVideoElement);
    this.code = "";
  }

  /** @param {Waiting | null} waiting @returns {boolean} whether the person waits */
  update(waiting) {
    if (!waiting) {
      if (this.code) this.say("法庭已准许您进入");
      this.code = "";
      this.video.srcObject = null;
      return false;
    }
    if (waiting.code !== this.code) {
      this.code = waiting.code;
      this.title.textContent = waiting.title;
      this.todo.textContent = waiting.todo;
      this.section.dataset.code = waiting.code;
    }
    return true;
  }

  /** After the device check only. @param {boolean} waits @param {MediaStream} stream one's own devices */
  place(waits, stream) {
    this.section.hidden = !waits;
    this.show(stream);
  }

  /** @param {MediaStream} stream one's own devices, so that the person sees that they work */
  show(stream) {
    if (this.section.hidden) return;
    const [picture] = stream.getVideoTracks();
    const shown = this.video.srcObject instanceof MediaStream ? this.video.srcObject.getVideoTracks()[0] : undefined;
    if (shown === picture) return;
    this.video.srcObject = picture ? new MediaStream([picture]) : null;
    if (picture) void this.video.play().catch(() => undefined);
  }

  /** @param {number} now milliseconds of the court's clock */
  second(now) {
    if (!this.section.hidden) this.time.textContent = clock(now);
  }
}
