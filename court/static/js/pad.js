/**
 * A signature as vectors: pointer strokes with position, time and pressure. Draws and keeps them; sends nothing.
 *
 * The strokes are part of the evidence, so what is drawn is exactly what is kept: no smoothing of the data.
 */

/**
 * @typedef {{x: number, y: number, t: number, pressure: number}} Point  CSS pixels, milliseconds from the first touch, 0…1
 * @typedef {{width: number, height: number, strokes: Point[][]}} Handwriting
 */

/** Limits of documents.data.Handwriting. */
const MOST_STROKES = 500;
const MOST_POINTS = 20000;
/** CSS pixels: nearer points carry no shape and only grow the file. */
const NEAR = 0.7;

export class Pad extends EventTarget {
  /**
   * @param {HTMLCanvasElement} canvas  fills its CSS box; the drawing is kept when the box changes size
   * @param {{ink?: string, pen?: number}} [options]  colour and width (CSS pixels) of the pen at full pressure
   */
  constructor(canvas, options = {}) {
    super();
    this.canvas = canvas;
    this.ink = options.ink ?? "#10131a";
    this.pen = options.pen ?? 5;
    /** @type {Point[][]} */
    this.strokes = [];
    /** @type {Point[] | null} */
    this.current = null;
    this.pointer = -1;
    this.began = 0;
    this.points = 0;
    this.enabled = true;
    this.width = 0;
    this.height = 0;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(name, (event) => this.#up(/** @type {PointerEvent} */ (event)));
    }
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.observer = new ResizeObserver(() => this.#fit());
    this.observer.observe(canvas);
    this.#fit();
  }

  /** Nothing was written yet. */
  get empty() {
    return this.strokes.length === 0;
  }

  /** What was written; a copy, safe to keep and to send. @returns {Handwriting} */
  get handwriting() {
    return {
      width: this.width,
      height: this.height,
      strokes: this.strokes.map((stroke) => stroke.map((point) => ({ ...point }))),
    };
  }

  /** Milliseconds from the first touch to the last lift. */
  get duration() {
    const last = this.strokes[this.strokes.length - 1];
    return last ? last[last.length - 1].t : 0;
  }

  /** Written large enough to be a name: not a dot, not an accidental touch. */
  get enough() {
    const all = this.strokes.flat();
    if (all.length < 8) return false;
    const xs = all.map((point) => point.x);
    const ys = all.map((point) => point.y);
    const span = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
    return span >= Math.min(this.width, this.height) * 0.15;
  }

  /** Write again from the beginning. */
  clear() {
    this.strokes = [];
    this.current = null;
    this.points = 0;
    this.#redraw();
    this.dispatchEvent(new Event("change"));
  }

  /** Take the last stroke back. */
  undo() {
    const last = this.strokes.pop();
    this.points -= last ? last.length : 0;
    this.#redraw();
    this.dispatchEvent(new Event("change"));
  }

  /** No more writing (while it is being sent, or in another person's turn). @param {boolean} on */
  enable(on) {
    this.enabled = on;
    this.canvas.toggleAttribute("data-disabled", !on);
  }

  /** Let go of the canvas. */
  close() {
    this.enabled = false;
    this.observer.disconnect();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.enabled || this.current || (event.pointerType === "mouse" && event.button !== 0)) return;
    if (this.strokes.length >= MOST_STROKES || this.points >= MOST_POINTS) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    if (this.strokes.length === 0) this.began = event.timeStamp;
    this.current = [];
    this.strokes.push(this.current);
    try {
      this.canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer may be gone already (a very short touch); the stroke is kept as it is.
    }
    this.#add(event);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    event.preventDefault();
    const steps = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const step of steps.length ? steps : [event]) this.#add(step);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    this.current = null;
    this.pointer = -1;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {PointerEvent} event */
  #add(event) {
    const stroke = this.current;
    if (!stroke || this.points >= MOST_POINTS) return;
    const box = this.canvas.getBoundingClientRect();
    const x = Math.min(Math.max(event.clientX - box.left, 0), this.width);
    const y = Math.min(Math.max(event.clientY - box.top, 0), this.height);
    const before = stroke[stroke.length - 1];
    if (before && Math.hypot(x - before.x, y - before.y) < NEAR) return;
    const pressure = event.pressure > 0 ? event.pressure : 0.5;
    const point = {
      x: Math.round(x * 10) / 10,
      y: Math.round(y * 10) / 10,
      t: Math.max(Math.round(event.timeStamp - this.began), before ? before.t : 0),
      pressure: Math.round(pressure * 1000) / 1000,
    };
    stroke.push(point);
    this.points += 1;
    this.#line(before ?? point, point);
  }

  /** The canvas takes its box's size; what was written grows or shrinks with it. */
  #fit() {
    const width = Math.round(this.canvas.clientWidth);
    const height = Math.round(this.canvas.clientHeight);
    if (!width || !height || (width === this.width && height === this.height)) return;
    if (this.width && !this.empty) {
      const scale = Math.min(width / this.width, height / this.height);
      for (const point of this.strokes.flat()) {
        point.x = Math.round(point.x * scale * 10) / 10;
        point.y = Math.round(point.y * scale * 10) / 10;
      }
    }
    this.width = width;
    this.height = height;
    const dots = Math.min(window.devicePixelRatio || 1, 3);
    this.canvas.width = Math.round(width * dots);
    this.canvas.height = Math.round(height * dots);
    this.#redraw();
  }

  #redraw() {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const stroke of this.strokes) {
      for (let n = 0; n < stroke.length; n += 1) this.#line(stroke[Math.max(n - 1, 0)], stroke[n]);
    }
  }

  /** @param {Point} from @param {Point} to */
  #line(from, to) {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const dots = this.canvas.width / (this.width || 1);
    context.setTransform(dots, 0, 0, dots, 0, 0);
    context.strokeStyle = this.ink;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.lineWidth = this.pen * (0.45 + 0.55 * to.pressure);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + (from === to ? 0.01 : 0), to.y);
    context.stroke();
  }
}
