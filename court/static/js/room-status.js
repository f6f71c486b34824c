// What is said about the link, about oneself and about what went wrong; wording only, from facts given in.

import { heldPicture, linkQuality } from "./room-quality.js";
import { element, make } from "./room-http.js";

/**
 * `open`: the control link stands. `attempt`: number of the running reconnection, from 1.
 * `quality`: what the court sends of pictures over this link; `held`: it takes none over it.
 * @typedef {{open: boolean, attempt: number, rttMs: number | null, loss: number | null,
 *   quality: import("./link.js").Quality, held: boolean}} Sample
 */

const WEAK_LOSS = 0.05;
const WEAK_RTT_MS = 400;
const WEAK_AFTER_MS = 5000;
const LOST_AFTER_MS = 2000;
const LONG_AFTER_MS = 30000;
const BACK_SHOWN_MS = 10000;

/** @typedef {{level: "good" | "weak" | "lost", text: string}} Wording */

/** The line about the link; holds since when a trouble lasts. */
export class LinkWords {
  /** @param {string} phone to call when the link stays away @param {Announcer} announcer */
  constructor(phone, announcer) {
    this.phone = phone;
    this.announcer = announcer;
    this.line = element("link-words", HTMLElement);
    this.weakSince = 0;
    this.lostSince = 0;
    this.wasLost = false;
    this.backAt = -Infinity;
  }

  /** @param {Wording} words spoken when the level is another */
  show(words) {
    if (this.line.textContent === words.text) return;
    if (words.level !== this.line.dataset.level || words.level === "weak") this.announcer.say(words.text);
    this.line.textContent = words.text;
    this.line.dataset.level = words.level;
  }

  /** @param {Sample} sample @param {number} now milliseconds, monotonic */
  take(sample, now) {
    this.show(this.judged(sample, now));
  }

  /** @param {Sample} sample @param {number} now @returns {Wording} */
  judged(sample, now) {
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
    const stepped = sample.held ? heldPicture(true) : linkQuality(sample.quality);
    if (stepped) return { level: "weak", text: stepped };
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

/** @typedef {{href: string, name: string} | {press: () => void, name: string}} Way how a person goes on */

/** The one place for what went wrong. @param {string} text @param {Way | null} [way] */
export function complain(text, way) {
  const trouble = element("trouble", HTMLElement);
  trouble.textContent = text;
  if (way) {
    trouble.append(" ", "href" in way ? anchor(way) : button(way));
  }
  trouble.hidden = !text;
}

/** @param {{href: string, name: string}} way */
function anchor(way) {
  const link = make("a", "", way.name);
  link.href = way.href;
  return link;
}

/** @param {{press: () => void, name: string}} way */
function button(way) {
  const pressed = make("button", "button button--primary trouble__way", way.name);
  pressed.type = "button";
  pressed.addEventListener("click", way.press);
  return pressed;
}

/**
 * Another page of this seat is here: the person chooses. @param {() => void} here goes on on this page
 * @returns {{short: string, text: string, way: Way}}
 */
export function elsewhere(here) {
  const text = "您已在另一台设备上进入法庭。在这里继续后，那台设备会自动断开，席位、发言权和举手都保留。";
  return { short: "已在别处进入", text, way: { name: "在这里继续", press: here } };
}

/**
 * What is said when the link does not come back by itself; null in every other state of the link.
 * @param {string} connection
 * @param {{layout: string, path: string, phone: string, writes: boolean}} page `writes`: the transcript is written here
 * @returns {{short: string, text: string, way: Way | null} | null}
 */
export function farewell(connection, { layout, path, phone, writes }) {
  if (connection === "taken_over") {
    const text = "您已在另一台设备上进入法庭，这里不再连接。";
    return { short: "已在别处进入", text, way: { href: path, name: "在这里继续" } };
  }
  if (connection === "not_admitted") {
    const text = `法庭没有让这个席位进入：席位已撤下，或者人数已满。请联系书记员，或拨 ${phone}。`;
    return { short: "未能进入", text, way: null };
  }
  if (connection !== "signed_out") return null;
  if (layout === "vehicle") {
    const text = "这台设备的登记已失效，请随车人员重新登记设备。断线不算缺席，不用担心。";
    return { short: "登记已失效", text, way: { href: "/kiosk", name: "去登记设备" } };
  }
  if (layout === "party") {
    const text = `活动已经结束，或者入庭链接已失效。请重新打开收到的入庭链接，或拨 ${phone}。`;
    return { short: "链接已失效", text, way: null };
  }
  const kept = writes ? "；笔录草稿已存在本机" : "";
  const way = { href: `/login?next=${encodeURIComponent(path)}`, name: "重新登录" };
  return { short: "登录已过期", text: `登录已过期，请重新登录${kept}。`, way };
}

/**
 * @param {{camera: boolean, mic: boolean, connected: boolean, missing: ("camera" | "mic")[] | null, floor: boolean,
 *   unmutable: boolean}} own `missing`: what the server does not receive; null: it has said nothing
 * @returns {string} the own status line; 法庭已收到 only when the server says so
 */
export function ownWords(own) {
  const camera = own.camera ? (own.connected ? "画面已送出" : "画面等待送出") : "没有画面";
  let mic = own.mic ? (own.connected ? "声音已送出" : "声音等待送出") : "没有声音";
  if (own.unmutable) mic = "主持人已将您静音，要说话请点麦克风";
  else if (!own.floor) mic = "主持人已将您静音，请举手发言";
  return `您：${camera} · ${mic} · ${receivedWords(own.missing, own.camera || own.mic)}`;
}

/** @param {("camera" | "mic")[] | null} missing @param {boolean} sends */
function receivedWords(missing, sends) {
  if (missing?.length === 0) return sends ? "法庭已收到" : "已连上法庭";
  if (missing?.length === 1) return missing[0] === "mic" ? "法庭还没有收到声音" : "法庭还没有收到画面";
  return "法庭尚未收到";
}
