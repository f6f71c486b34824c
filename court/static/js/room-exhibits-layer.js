// What lies over the page on show: strokes as vectors in hundredths of a percent, and everybody's pointers.

import { make } from "./room-http.js";

/** @typedef {import("./room-exhibits.js").Mark} Mark */

export const FULL = 10000;
const SVG = "http://www.w3.org/2000/svg";
const STAYS_MS = 6000; // a pointer that says nothing more fades

/** The strokes of one page; the one being drawn stands above the others. */
export class Marks {
  /** @param {SVGSVGElement} root @param {HTMLElement} page */
  constructor(root, page) {
    this.root = root;
    this.page = page;
    /** @type {string[]} seats whose strokes have the court's colour */
    this.bench = [];
    /** @type {Map<string, Mark>} */
    this.known = new Map();
    /** @type {SVGPolylineElement | null} */
    this.drawing = null;
  }

  /** @param {Mark[]} marks */
  reset(marks) {
    this.known = new Map(marks.map((mark) => [mark.id, mark]));
    this.draw();
  }

  /** @param {{mark?: Mark, removed?: string[]}} body */
  change(body) {
    if (body.mark) this.known.set(body.mark.id, body.mark);
    for (const id of body.removed ?? []) this.known.delete(id);
    this.draw();
  }

  /** @param {string} seat @returns {SVGPolylineElement} */
  line(seat) {
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("class", this.bench.includes(seat) ? "mark mark--bench" : "mark");
    return line;
  }

  /** A stroke begins. @param {string} seat */
  begin(seat) {
    this.drawing = this.line(seat);
    this.root.append(this.drawing);
  }

  /** @param {string} kind @param {[number, number][]} points */
  follow(kind, points) {
    if (this.drawing) this.drawing.setAttribute("points", this.outline(kind, points));
  }

  /** The stroke is no longer drawn by hand. */
  end() {
    if (this.drawing) this.drawing.remove();
    this.drawing = null;
  }

  draw() {
    const lines = [...this.known.values()].map((mark) => {
      const line = this.line(mark.seat);
      line.setAttribute("points", this.outline(mark.kind, mark.points));
      const title = document.createElementNS(SVG, "title");
      title.textContent = mark.by;
      line.append(title);
      return line;
    });
    this.root.replaceChildren(...lines, ...(this.drawing ? [this.drawing] : []));
  }

  /** @param {string} kind @param {[number, number][]} points @returns {string} the points of one line */
  outline(kind, points) {
    const [a, b] = points;
    let line = points;
    if (kind === "box" && b) line = [a, [b[0], a[1]], b, [a[0], b[1]], a];
    if (kind === "arrow" && b) line = [a, b, ...this.head(a, b)];
    if (line.length === 1) line = [line[0], [line[0][0] + 1, line[0][1]]];
    return line.map(([x, y]) => `${x},${y}`).join(" ");
  }

  /** The head of an arrow, as long on every page shape. @param {[number, number]} a @param {[number, number]} b
   * @returns {[number, number][]} */
  head(a, b) {
    const ratio = this.page.clientHeight ? this.page.clientWidth / this.page.clientHeight : 1;
    const angle = Math.atan2((b[1] - a[1]) / ratio, b[0] - a[0]);
    const side = (/** @type {number} */ turn) => /** @type {[number, number]} */ ([
      b[0] - 300 * Math.cos(angle + turn),
      b[1] - 300 * Math.sin(angle + turn) * ratio,
    ]);
    return [side(0.5), b, side(-0.5)];
  }
}

/** The pointers of the others, each with its name. */
export class Pointers {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Map<string, {node: HTMLElement, timer: number}>} */
    this.seen = new Map();
  }

  /** Somebody else's pointer. @param {{seat: string, caption: string, x: number | null, y: number | null}} body */
  put({ seat, caption, x, y }) {
    const known = this.seen.get(seat);
    if (known) window.clearTimeout(known.timer);
    if (x === null || y === null) {
      if (known) known.node.remove();
      this.seen.delete(seat);
      return;
    }
    const node = known ? known.node : make("div", "pointer");
    if (!known) {
      node.append(make("span", "pointer__name", caption));
      this.root.append(node);
    }
    node.dataset.seat = seat;
    node.classList.toggle("pointer--left", x > FULL / 2);
    node.style.left = `${x / 100}%`;
    node.style.top = `${y / 100}%`;
    const timer = window.setTimeout(() => this.put({ seat, caption, x: null, y: null }), STAYS_MS);
    this.seen.set(seat, { node, timer });
  }

  clear() {
    for (const { node, timer } of this.seen.values()) {
      window.clearTimeout(timer);
      node.remove();
    }
    this.seen.clear();
  }
}
