// The end of a session on its page: what is shown then, and that the record stays open for those who finish it.

import { element } from "./room-http.js";
import { endWords } from "./room-recording.js";

export class Ended {
  /** @param {{root: HTMLElement, staff: boolean, writes: boolean}} page */
  constructor({ root, staff, writes }) {
    this.root = root;
    this.staff = staff;
    this.writes = writes;
    this.finished = false;
  }

  /** @param {any} state the server's last word */
  show(state) {
    this.finished = true;
    element("prejoin", HTMLElement).hidden = true;
    element("waiting", HTMLElement).hidden = true;
    element("leave", HTMLButtonElement).hidden = true;
    element("ended", HTMLElement).hidden = false;
    element("recording-words", HTMLElement).textContent = "录音录像已停止";
    element("ended-words", HTMLElement).textContent = endWords(state.hearing);
    this.afterwards(state);
  }

  /** The text is read over and made final after the end, so clerk and bench keep the record until then.
   * @param {any} state */
  afterwards(state) {
    if (!this.finished) return;
    const open = this.staff && state.hearing.state !== "cancelled" && !state.transcript_final;
    const floor = element("floor", HTMLElement);
    if (!this.root.dataset.after) floor.hidden = !open;
    if (open) this.root.dataset.after = "record";
    if (!this.staff) return;
    const task = this.writes ? "请在下面核对全文，再按“笔录定稿”。" : "由书记员核对后定稿；更正请求请在下面决定。";
    element("ended-record", HTMLElement).textContent = open ? `笔录还没有定稿。${task}` : "笔录已定稿，可以到排期页请各方签名。";
  }
}
