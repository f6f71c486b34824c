// What stands in the large place while nobody is seen there: who is missing, since when, what one does meanwhile. Words only.

import { clock, element, make } from "./room-http.js";

/** @typedef {import("./room-stage.js").SeatView} SeatView */

const STAFF = ["bench", "clerk"];

/** @param {number} from @param {number} to milliseconds @returns {string} how long, in words */
function lasting(from, to) {
  const seconds = Math.max(0, Math.round((to - from) / 1000));
  return seconds < 60 ? `${seconds} 秒` : `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒`;
}

/**
 * @param {SeatView} view @param {string} layout of the page @param {string} state of the session @param {string} phone
 * @param {number} now milliseconds of the court's clock
 * @returns {{title: string, words: string[]}}
 */
export function absentWords(view, layout, state, phone, now) {
  const staff = STAFF.includes(layout);
  const live = state === "in_session";
  const call = phone ? `打 ${phone} 联系${view.role === "vehicle" ? "随车人员" : "本人"}` : "";
  const since = view.since ? `从 ${clock(view.since)} 起，已 ${lasting(view.since, now)}。` : "";
  if (view.state === "lost") {
    const words = [`${since}席位和发言安排都保留，断线不算缺席，接通后自动恢复。`];
    if (staff && live) words.push("可以等一等，也可以按“暂停”里的“休庭”；其他人的画面和声音不受影响。");
    if (staff && call) words.push(`等久了，可以${call}。`);
    return { title: `${view.caption} 断线了，正在自动重连`, words };
  }
  if (view.state === "left") {
    return { title: `${view.caption} 已退出`, words: [`${since}席位保留，随时可以再进来。`] };
  }
  if (view.state !== "joined") return { title: `${view.caption} 还没有接入`, words: missing(view, staff, live, call) };
  if (view.area === "lobby") return { title: `${view.caption} 在门口等候`, words: [] };
  const held = view.held ? "线路太弱，先只送声音。" : "摄像头关着，或者没有打开。";
  return { title: `${view.caption} 现在没有画面`, words: [`${held}声音不受影响。`] };
}

/** @param {SeatView} view @param {boolean} staff @param {boolean} live @param {string} call @returns {string[]} */
function missing(view, staff, live, call) {
  if (!staff) return ["请稍候，进来后画面会自动出现，不用操作。"];
  const words = [];
  if (view.role === "vehicle") {
    words.push("车上的终端还没有进入：请随车人员在首页按“参加调解、开庭、接访”，再按“进入”。");
  } else words.push("这一位的画面会在进入以后自动出现在这里。");
  if (live) words.push("可以先进行不需要这一位在场的事，也可以按“暂停”里的“休庭”。没有接入不等于缺席。");
  else words.push("这时可以看卷宗、核对身份，或者按“倒计时”告诉大家几点开始。");
  if (call) words.push(`一直没有来，可以${call}。`);
  return words;
}

/** The one notice, in whichever tile is the large one. */
export class Absent {
  /** @param {string} layout @param {string} me own seat */
  constructor(layout, me) {
    this.layout = layout;
    this.me = me;
    this.root = make("div", "absent");
    this.title = make("p", "absent__title");
    this.words = make("p", "absent__words");
    this.root.append(this.title, this.words);
    this.room = element("room", HTMLElement);
    /** @type {SeatView | null} */
    this.view = null;
  }

  /** @param {HTMLElement | undefined} tile the large one @param {SeatView | null} view whose it is; null when he is seen */
  place(tile, view) {
    this.view = tile && view && view.seat !== this.me ? view : null;
    if (!tile || !this.view) return this.root.remove();
    if (this.root.parentElement !== tile) tile.append(this.root);
    return this.second(Date.now());
  }

  /** @param {number} now milliseconds of the court's clock */
  second(now) {
    if (!this.view) return;
    const phone = String(this.room.dataset.phone ?? "");
    const { title, words } = absentWords(this.view, this.layout, String(this.room.dataset.state), phone, now);
    const text = words.join("");
    if (this.title.textContent !== title) this.title.textContent = title;
    if (this.words.textContent !== text) this.words.textContent = text;
  }
}
