// What is said about the link, the recording and oneself; wording only, from facts given in.

import { clock, element, make, span } from "./room-http.js";

/**
 * `open`: the control link stands. `attempt`: number of the running reconnection, from 1.
 * @typedef {{open: boolean, attempt: number, rttMs: number | null, loss: number | null}} Sample
 * @typedef {{seat: string, source: string, until: string | null, level: number}} Track `until`: the last second on disk
 */

const WEAK_LOSS = 0.05;
const WEAK_RTT_MS = 400;
const WEAK_AFTER_MS = 5000;
const LOST_AFTER_MS = 2000;
const LONG_AFTER_MS = 30000;
const BACK_SHOWN_MS = 10000;
const STALE_AFTER_MS = 3000;

/** @typedef {{level: "good" | "weak" | "lost", text: string}} Wording */

/** Turns samples into the words for a person; holds since when a trouble lasts. */
export class Connection {
  /** @param {string} phone to call when the link stays away */
  constructor(phone) {
    this.phone = phone;
    this.weakSince = 0;
    this.lostSince = 0;
    this.wasLost = false;
    this.backAt = -Infinity;
  }

  /** @param {Sample} sample @param {number} now milliseconds, monotonic @returns {Wording} */
  take(sample, now) {
    if (!sample.open) {
      if (!this.lostSince) this.lostSince = now;
      return this.lost(sample, now - this.lostSince);
    }
    this.lostSince = 0;
    if (this.wasLost) {
      this.wasLost = false;
      this.backAt = now;
    }
    const weak = (sample.loss || 0) > WEAK_LOSS || (sample.rttMs || 0) > WEAK_RTT_MS;
    if (!weak) this.weakSince = 0;
    else if (!this.weakSince) this.weakSince = now;
    if (now - this.backAt < BACK_SHOWN_MS) return { level: "good", text: "已恢复，法官将告诉您说到哪里" };
    if (weak && now - this.weakSince >= WEAK_AFTER_MS) {
      return { level: "weak", text: "信号弱，已优先保证声音" };
    }
    return { level: "good", text: "信号良好" };
  }

  /** @param {Sample} sample @param {number} lasted @returns {Wording} */
  lost(sample, lasted) {
    if (lasted < LOST_AFTER_MS) return { level: this.wasLost ? "lost" : "good", text: "信号良好" };
    this.wasLost = true;
    if (lasted >= LONG_AFTER_MS) {
      return { level: "lost", text: `法庭已知道您断线。请不要离开，也可拨 ${this.phone}` };
    }
    const attempt = Math.max(1, sample.attempt);
    return { level: "lost", text: `连接中断，正在自动重连（第${attempt}次）。断线不算缺席，不用担心。` };
  }
}

/** Speaks short sentences to screen readers, not more than one every two seconds. */
export class Announcer {
  constructor() {
    this.region = element("announcer", HTMLElement);
    /** @type {string[]} */
    this.queue = [];
    this.timer = 0;
  }

  /** @param {string} words */
  say(words) {
    this.queue.push(words);
    if (!this.timer) this.next();
  }

  next() {
    const words = this.queue.splice(0).join("。");
    if (words) this.region.textContent = words;
    this.timer = words ? window.setTimeout(() => this.next(), 2000) : 0;
  }
}

/** @param {{on: boolean, paused: string, startedAt: string | null}} recording @param {number} now @returns {string} */
export function recordingWords(recording, now) {
  if (recording.paused) return `录音录像已暂停：${recording.paused}`;
  if (!recording.on) return "尚未录音录像";
  return `● 正在录音录像${recording.startedAt ? ` ${span(now - Date.parse(recording.startedAt))}` : ""}`;
}

/**
 * The proof of life of the recording, per track; red after three seconds without durable data.
 * @param {HTMLElement} list
 * @param {Track[]} tracks
 * @param {Map<string, string>} captions
 * @param {number | null} now milliseconds of the court's clock; null while nothing is to be recorded
 * @returns {boolean} whether all tracks are safe
 */
export function drawTracks(list, tracks, captions, now) {
  let safe = true;
  const rows = tracks.map((track) => {
    const stale = now !== null && (!track.until || now - Date.parse(track.until) > STALE_AFTER_MS);
    safe = safe && !stale;
    const kind = track.source === "mic" ? "声音" : track.source === "camera" ? "画面" : "实物展台";
    const words = track.until ? `最后一秒已保存 ${clock(track.until)}` : "还没有保存";
    const row = make("li", stale ? "track track--stale" : "track");
    row.append(make("span", "track__who", `${captions.get(track.seat) || track.seat} ${kind}`));
    row.append(make("span", "track__until", stale ? `${words}（没有新的数据）` : words));
    if (track.source === "mic") {
      const meter = make("meter", "track__level");
      meter.max = 1;
      meter.value = track.level;
      meter.setAttribute("aria-label", "录到的音量");
      row.append(meter);
    }
    return row;
  });
  list.replaceChildren(...rows);
  return safe;
}

/** @type {Record<string, string>} */
const PROBLEMS = {
  "recording.disk_full": "磁盘已满，录音录像可能中断。请立即换用备用设备。",
  "recording.disk_error": "磁盘写入出错，录音录像可能中断。请立即换用备用设备。",
};

/** @param {{state: string, problem: string, tracks: Track[]}} status @param {boolean} safe */
export function showSafety(status, safe) {
  const words = element("safety-words", HTMLElement);
  const bad = Boolean(status.problem) || status.state === "failed" || (status.state === "on" && !safe);
  let text = "正常";
  if (status.state === "off") text = "没有录";
  if (status.state === "paused") text = "已暂停";
  if (bad) text = status.problem ? PROBLEMS[status.problem] || `出错（${status.problem}）` : "有席位 3 秒没有新的数据";
  if (words.textContent !== text) words.textContent = text;
  words.className = bad ? "tag tag--bad" : "tag tag--good";
}

/**
 * @param {{camera: boolean, mic: boolean, connected: boolean, received: boolean, floor: boolean}} own
 * @returns {string} the own status line; 法庭已收到 only when the server says so
 */
export function ownWords(own) {
  const camera = own.camera ? (own.connected ? "画面已送出" : "画面等待送出") : "没有画面";
  let mic = own.mic ? (own.connected ? "声音已送出" : "声音等待送出") : "没有声音";
  if (!own.floor) mic = "主持人已将您静音，请举手发言";
  return `您：${camera} · ${mic} · ${own.received ? "法庭已收到" : "法庭尚未收到"}`;
}
