// One sentence for the bench: what is probably done next. From what the page already knows; it orders nothing.

import { element } from "./room-http.js";

/**
 * @typedef {import("./room-stage.js").SeatView} SeatView
 * @typedef {import("./room-order.js").Order} Order
 * @typedef {{state: string, obstacles: number, order: Order | null, views: SeatView[], close: string,
 *   witnesses: import("./room-crew.js").WitnessHere[]}} Facts
 */

/** @param {Facts} facts @returns {string} */
function before({ obstacles, order, views }) {
  if (obstacles) return `还差 ${obstacles} 件事才能开始，就列在这里；点“去排期页补办”，办好一件，这里就少一件。`;
  const waits = atTheDoor(order);
  if (waits) return waits;
  const away = views.filter((one) => one.state !== "joined" && ["vehicle", "party"].includes(one.role));
  if (away.length) return `等 ${away.map((one) => one.caption).join("、")} 接入；都到了，按“宣布开始”，同时自动开始录音录像。`;
  return "人到齐了。按“宣布开始”，同时自动开始录音录像。";
}

/** @param {Order | null} order @returns {string} who is to be let in */
function atTheDoor(order) {
  const doors = order ? order.doors : [];
  const waiting = doors.filter((one) => one.admission === "waiting" && one.link === "joined" && !one.witness);
  return waiting.length ? `${waiting.map((one) => one.caption).join("、")} 在门口等候：在“人员”里按“准许进入”。` : "";
}

/** @param {Facts} facts @returns {string} */
function live({ order, views, close, witnesses }) {
  const waits = atTheDoor(order);
  if (waits) return waits;
  const hand = views.filter((one) => one.hand !== null).sort((a, b) => Number(a.hand) - Number(b.hand))[0];
  if (hand) return `${hand.caption} 举手要说话：在“人员”里按“准许发言”或者“稍后”。`;
  const called = witnesses.find((one) => one.called && one.state !== "seated");
  if (called) return `已传${called.caption}，等随车人员带到车上坐好。`;
  const done = witnesses.find((one) => !one.called && one.state === "seated");
  if (done) return `${done.caption}已退席，等随车人员带离车厢；在这之前车上的屏幕不显示前面的笔录和证据。`;
  const here = witnesses.find((one) => one.called && one.state === "seated");
  if (here) {
    return `${here.caption}在车上作证：要他看材料，用“给${here.caption}辨认”，别的证据和前面的笔录车上看不到；问完按“证人退席”。`;
  }
  const stages = order ? order.stages : [];
  const now = stages.findIndex((one) => one.state === "now");
  if (now < 0) return stages.length ? `已经开始，正在录音录像。先按“${stages[0].name}”：${stages[0].title}。` : "";
  const next = stages[now + 1];
  return next ? `现在是${stages[now].title}；办完按下一个阶段“${next.name}”。` : `现在是${stages[now].title}；都办完了，按“${close}”。`;
}

/** The line itself. */
export class NextStep {
  constructor() {
    this.line = element("next-step", HTMLElement);
    this.close = String(element("order-close", HTMLButtonElement).textContent);
    this.resume = String(element("order-resume", HTMLButtonElement).textContent);
  }

  /** @param {Omit<Facts, "close">} facts */
  show(facts) {
    const words = this.words(facts);
    this.line.hidden = !words;
    if (this.line.textContent !== words) this.line.textContent = words;
  }

  /** @param {Omit<Facts, "close">} facts @returns {string} */
  words(facts) {
    if (facts.state === "scheduled" || facts.state === "roll_call") return before({ ...facts, close: this.close });
    if (facts.state === "suspended") return `现在暂停着，没有录音录像。要继续时按“${this.resume}”。`;
    return facts.state === "in_session" ? live({ ...facts, close: this.close }) : "";
  }
}
