// The room page's link: takes over devices the pre-join page has already opened, so that entering costs no second opening.

import { Link } from "./link.js";

export class RoomLink extends Link {
  constructor() {
    super();
    /** @type {MediaStream | null} */
    this.opened = null;
  }

  /** Number of the running reconnection, from 1; 0 while the link stands. */
  get attempt() {
    return this._tries;
  }

  /** Whether packets can flow now. */
  get mediaConnected() {
    return Boolean(this._current && this._current.pc.connectionState === "connected");
  }

  /**
   * @param {string} url
   * @param {MediaStream} stream open devices; the link owns them from now on
   * @param {import("./link.js").LinkOptions} wishes devices to take up again after a plug was pulled
   */
  enter(url, stream, wishes) {
    this.opened = stream;
    return this.connect(url, wishes);
  }

  async _acquireAll() {
    const tracks = this.opened ? this.opened.getTracks() : [];
    this.opened = null;
    for (const track of tracks) this._plug(track.kind === "audio" ? "mic" : "camera", track);
  }
}
