// How each line is, asked every few seconds by bench and clerk; keeps the worst of the last minute for each seat.

import { get } from "./room-http.js";

/**
 * @typedef {{seat: string, grade: string, words: string, path: string, rtt_ms: number | null, loss: number | null,
 *   microphone: string, microphone_words: string}} Line
 * @typedef {{text: string, level: "good" | "weak"}} LineWords
 */

const EVERY_S = 3;
const KEPT_MS = 60000;

export class Health {
  /** @param {string} hearing @param {() => void} changed */
  constructor(hearing, changed) {
    this.hearing = hearing;
    this.changed = changed;
    this.count = 0;
    /** @type {Map<string, {at: number, loss: number, rtt: number}[]>} */
    this.past = new Map();
    /** @type {Map<string, LineWords>} */
    this.lines = new Map();
  }

  /** Called once a second. @param {number} now milliseconds, monotonic */
  second(now) {
    this.count += 1;
    if (this.count % EVERY_S === 1) void this.read(now);
  }

  /** @param {number} now */
  async read(now) {
    /** @type {Line[]} */
    let lines;
    try {
      lines = await get(`/room/${this.hearing}/health`);
    } catch (_) {
      return; // the line of the watcher is told elsewhere
    }
    this.lines = new Map(lines.map((line) => [line.seat, this.words(line, now)]));
    this.changed();
  }

  /** @param {Line} line @param {number} now @returns {LineWords} */
  words(line, now) {
    if (line.grade === "off") return { text: "", level: "good" };
    const past = (this.past.get(line.seat) || []).filter((one) => now - one.at < KEPT_MS);
    past.push({ at: now, loss: line.loss || 0, rtt: line.rtt_ms || 0 });
    this.past.set(line.seat, past);
    const loss = Math.max(...past.map((one) => one.loss));
    const rtt = Math.max(...past.map((one) => one.rtt));
    const path = line.path ? ` · ${line.path}` : "";
    const worst = `一分钟内最差：丢包 ${Math.round(loss * 100)}%、延迟 ${Math.round(rtt / 10) * 10} 毫秒`;
    const silent = line.microphone === "silent" || line.microphone === "none";
    const mic = silent ? ` · ${line.microphone_words}` : "";
    const weak = line.grade !== "good" || line.microphone === "silent";
    return { text: `网络${line.words}${path} · ${worst}${mic}`, level: weak ? "weak" : "good" };
  }
}
