// What the playback page draws besides the tracks: time line, transcript lines, moments to jump to. Plays nothing.

import { clock, element, make, span } from "./room-http.js";

/** @typedef {import("./player-track.js").TrackFacts} TrackFacts */
/** @typedef {{id: string, speaker: string, text: string, at: string, offset_ms: number | null}} Line */
/** @typedef {{at_ms: number, kind: string, words: string}} Marker */

// Their caption says what they are.
const SECOND = ["room", "document"];
// The ledger below lists every gap; shorter ones are no place to jump to.
const WORTH_A_JUMP_MS = 1000;
const KINDS = /** @type {Record<string, string>} */ ({ stage: "环节", exhibit: "证据", reading: "宣读", order: "提示警告", pause: "中断", gap: "缺口" });

/**
 * Segments and gaps of every track on one line; a click jumps there.
 * @param {TrackFacts[]} tracks @param {number} length milliseconds @param {(to: number) => void} jump
 */
export function drawTimeline(tracks, length, jump) {
  const whole = Math.max(1, length);
  const rows = tracks.map((facts) => {
    const row = make("div", "timeline__row");
    const what = facts.media === "audio" ? " 声音" : SECOND.includes(facts.source) ? "" : " 画面";
    row.append(make("span", "timeline__name", `${facts.caption}${what}`));
    const bar = make("div", "timeline__bar");
    /** @param {number} from @param {number} to @param {string} kind @param {string} words */
    const add = (from, to, kind, words) => {
      const part = make("span", `timeline__part timeline__part--${kind}`);
      part.style.left = `${(from / whole) * 100}%`;
      part.style.width = `${((to - from) / whole) * 100}%`;
      part.title = words;
      bar.append(part);
    };
    for (const one of facts.segments) add(one.start_ms, one.end_ms, "kept", "");
    for (const one of facts.gaps) {
      add(one.start_ms, one.end_ms, "gap", `${span(one.start_ms)}–${span(one.end_ms)} ${one.reason}`);
    }
    bar.addEventListener("click", (event) => {
      const area = bar.getBoundingClientRect();
      jump(((event.clientX - area.left) / area.width) * length);
    });
    row.append(bar);
    return row;
  });
  element("timeline", HTMLElement).replaceChildren(...rows);
}

/** @param {Line[]} lines @param {(line: Line) => void} hear */
export function drawLines(lines, hear) {
  const items = lines.map((line) => {
    const item = make("li", "t-line");
    item.id = `p-${line.id}`;
    const button = make("button", "t-hear");
    button.type = "button";
    button.disabled = line.offset_ms === null;
    button.append(make("span", "t-time", clock(line.at)), make("span", "t-speaker", line.speaker));
    button.append(make("span", "t-text", line.text));
    button.addEventListener("click", () => hear(line));
    item.append(button);
    return item;
  });
  element("player-lines", HTMLOListElement).replaceChildren(...items);
  element("no-lines", HTMLElement).hidden = lines.length > 0;
}

/** @param {Line[]} lines @param {number} at milliseconds */
export function markLine(lines, at) {
  let current = null;
  for (const line of lines) if (line.offset_ms !== null && line.offset_ms <= at) current = line.id;
  for (const item of document.querySelectorAll("#player-lines > li")) {
    item.classList.toggle("t-now", item.id === `p-${current}`);
  }
}

/** The gaps of all tracks as moments; the same gap of one person's sound and picture is one. @param {TrackFacts[]} tracks */
function gapMarkers(tracks) {
  /** @type {Map<string, Marker>} */
  const found = new Map();
  for (const facts of tracks) {
    for (const gap of facts.gaps.filter((one) => one.end_ms - one.start_ms >= WORTH_A_JUMP_MS)) {
      const words = `${facts.caption} ${gap.reason}（${span(gap.end_ms - gap.start_ms)}）`;
      found.set(`${Math.round(gap.start_ms / 1000)} ${facts.caption} ${gap.reason}`, { at_ms: gap.start_ms, kind: "gap", words });
    }
  }
  return [...found.values()];
}

/** The list of moments: stages, exhibits, admonitions, interruptions and gaps, as far as their kind is ticked. */
export class Marks {
  /** @param {(to: number) => void} jump */
  constructor(jump) {
    this.jump = jump;
    this.list = element("marks", HTMLOListElement);
    /** @type {Marker[]} */
    this.all = [];
    /** @type {Marker[]} those whose kind is ticked, in the order of time */
    this.shown = [];
    for (const box of document.querySelectorAll("input[data-kind]")) box.addEventListener("change", () => this.draw());
  }

  /** @param {Marker[]} markers @param {TrackFacts[]} tracks */
  set(markers, tracks) {
    this.all = [...markers, ...gapMarkers(tracks)].sort((a, b) => a.at_ms - b.at_ms);
    this.draw();
  }

  draw() {
    const on = new Set();
    for (const box of document.querySelectorAll("input[data-kind]")) {
      if (box instanceof HTMLInputElement && box.checked) on.add(box.dataset.kind);
    }
    this.shown = this.all.filter((one) => on.has(one.kind === "pause" ? "gap" : one.kind));
    const items = this.shown.map((one) => {
      const button = make("button", "marks__one");
      button.type = "button";
      button.append(make("span", "marks__time", span(one.at_ms)), make("span", "marks__kindname", KINDS[one.kind] || ""));
      button.append(make("span", "", one.words));
      button.addEventListener("click", () => this.jump(one.at_ms));
      const item = document.createElement("li");
      item.append(button);
      return item;
    });
    this.list.replaceChildren(...items);
    element("no-marks", HTMLElement).hidden = items.length > 0;
  }

  /** @param {number} at milliseconds: the last moment before it is the current one */
  mark(at) {
    let current = -1;
    this.shown.forEach((one, index) => (current = one.at_ms <= at ? index : current));
    [...this.list.querySelectorAll("button")].forEach((button, index) => {
      if (index === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  }

  /** @param {number} at @param {number} way 1 for the next one, -1 for the one before */
  step(at, way) {
    const near = way > 0 ? this.shown.find((one) => one.at_ms > at + 500) : this.shown.filter((one) => one.at_ms < at - 1500).pop();
    if (near) this.jump(near.at_ms);
  }
}

/** Who is looking, and when, over all pictures; renewed every second. */
export class Watermark {
  /** @param {HTMLElement} stage @param {string} who */
  constructor(stage, who) {
    this.stage = stage;
    this.who = who;
    this.cover = make("div", "watermark");
    this.cover.setAttribute("aria-hidden", "true");
    for (let n = 0; n < 9; n += 1) this.cover.append(make("span"));
    this.second();
    window.setInterval(() => this.second(), 1000);
  }

  second() {
    if (this.cover.parentElement !== this.stage) this.stage.append(this.cover);
    const words = `${this.who} ${new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" })} ${clock(new Date())}`;
    for (const one of this.cover.children) one.textContent = words;
  }
}
