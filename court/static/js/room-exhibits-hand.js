// One's own pointing and drawing on the page on show: pointer events in, marks and moves to the court. Shows nothing itself.

import { FULL } from "./room-exhibits-layer.js";
import { uuid } from "./room-exhibits-words.js";
import { Unreachable, post } from "./room-http.js";

const MOVE_MS = 125; // the server passes ten moves a second on
const MOST_POINTS = 200;
const LEAST = 25; // hundredths of a percent between two points of a line

/** @param {number} value @returns {number} */
const bounded = (value) => Math.min(FULL, Math.max(0, Math.round(value)));

export class Hand {
  /** @param {import("./room-exhibits-view.js").ShowingView} view */
  constructor(view) {
    this.view = view;
    this.tool = "point";
    /** @type {[number, number][]} */
    this.stroke = [];
    this.sentAt = 0;
    this.sending = false;
    /** @type {{x: number, y: number} | null} */
    this.waiting = null;
    for (const button of view.tools.querySelectorAll("button[data-tool]")) {
      button.addEventListener("click", () => this.take(String(button.getAttribute("data-tool"))));
    }
    view.page.addEventListener("pointerdown", (event) => this.down(event));
    view.page.addEventListener("pointermove", (event) => this.moved(event));
    view.page.addEventListener("pointerup", () => void this.up());
    view.page.addEventListener("pointercancel", () => this.dropped());
    view.page.addEventListener("pointerleave", () => this.left());
  }

  /** @param {string} tool */
  take(tool) {
    this.tool = tool;
    this.view.page.dataset.tool = tool;
    for (const button of this.view.tools.querySelectorAll("button[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-tool") === tool));
    }
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  at(event) {
    const box = this.view.page.getBoundingClientRect();
    return [
      bounded(((event.clientX - box.left) / box.width) * FULL),
      bounded(((event.clientY - box.top) / box.height) * FULL),
    ];
  }

  /** @param {PointerEvent} event */
  down(event) {
    const now = this.view.showing;
    if (!now || now.camera || this.view.tools.hidden) return;
    const at = this.at(event);
    if (this.tool === "point") {
      this.point(at);
      return;
    }
    event.preventDefault();
    this.view.page.setPointerCapture(event.pointerId);
    this.stroke = [at];
    this.view.marks.begin(this.view.given.me);
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (this.view.tools.hidden || !this.view.showing || this.view.showing.camera) return;
    const at = this.at(event);
    if (!this.view.marks.drawing) {
      if (this.tool === "point") this.point(at);
      return;
    }
    const last = this.stroke[this.stroke.length - 1];
    if (this.tool !== "pen") this.stroke = [this.stroke[0], at];
    else if (this.stroke.length < MOST_POINTS && Math.hypot(at[0] - last[0], at[1] - last[1]) >= LEAST) {
      this.stroke.push(at);
    }
    this.view.marks.follow(this.tool, this.stroke);
  }

  async up() {
    const { stroke, tool } = this;
    const { showing } = this.view;
    if (!this.view.marks.drawing || !showing) return;
    if (tool !== "pen" && stroke.length !== 2) {
      this.view.marks.end();
      return;
    }
    const body = { id: uuid(), page: showing.page, kind: tool, points: stroke };
    try {
      await this.saved(`${this.view.given.path}/${showing.exhibit}/marks`, body);
    } catch (error) {
      this.view.complain(error instanceof Error ? error.message : "这一笔没有存上。");
    } finally {
      this.view.marks.end();
    }
  }

  /** Sent again once when no answer came: the same id is the same stroke. @param {string} path @param {unknown} body */
  async saved(path, body) {
    try {
      this.view.marked(await post(path, body));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.view.marked(await post(path, body));
    }
  }

  dropped() {
    this.view.marks.end();
  }

  left() {
    this.waiting = null;
    if (this.sentAt && this.view.showing) void post(`${this.view.given.path}/pointer`, {}).catch(() => undefined);
    this.sentAt = 0;
  }

  /** At most eight a second, one under way at a time; the newest place always arrives. @param {[number, number]} at */
  point([x, y]) {
    this.waiting = { x, y };
    if (!this.sending) void this.send();
  }

  async send() {
    this.sending = true;
    while (this.waiting && this.view.showing) {
      const place = this.waiting;
      this.waiting = null;
      this.sentAt = performance.now();
      await post(`${this.view.given.path}/pointer`, place).catch(() => undefined);
      await new Promise((go) => setTimeout(go, Math.max(0, MOVE_MS - (performance.now() - this.sentAt))));
    }
    this.sending = false;
  }
}
