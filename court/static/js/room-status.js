// What is said about the link and about oneself; wording only, from facts given in.

import { element } from "./room-http.js";

/**
 * `open`: the control link stands. `attempt`: number of the running reconnection, from 1.
 * @typedef {{open: boolean, attempt: number, rttMs: number | null, loss: number | null}} Sample
 */

const WEAK_LOSS = 0.05;
const WEAK_RTT_MS = 400;
const WEAK_AFTER_MS = 5000;
const LOST_AFTER_MS = 2000;
const LONG_AFTER_MS = 30000;
const BACK_SHOWN_MS = 10000;

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
