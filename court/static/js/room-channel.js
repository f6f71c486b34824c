// Which sound this seat hears where somebody interprets: the court decides who may choose, the choice is the person's.

import { element } from "./room-http.js";

/** @typedef {import("./link.js").SeatView} SeatView */
/** @typedef {import("./link.js").Channel} Channel */

/** @type {Record<string, string>} */
const WORDS = { floor: "原声", interpreter: "翻译", both: "原声和翻译" };

export class ChannelChoice {
  /** @param {string} me own seat @param {(channel: Channel) => void} choose @param {(words: string) => void} say */
  constructor(me, choose, say) {
    this.me = me;
    this.say = say;
    this.root = element("channels", HTMLElement);
    this.words = element("channels-words", HTMLElement);
    this.chosen = "floor";
    for (const button of this.root.querySelectorAll("button")) {
      button.addEventListener("click", () => choose(/** @type {Channel} */ (button.value)));
    }
  }

  /** @param {SeatView[]} views as the room told them */
  update(views) {
    const area = views.find((one) => one.seat === this.me)?.area;
    const interpreters = views.filter((one) => one.interprets && one.area === area && one.state !== "left");
    const mine = views.find((one) => one.seat === this.me);
    const there = Boolean(mine && !mine.interprets && interpreters.length);
    if (there && this.root.hidden) this.say("本场有翻译，可以在下面选择听原声还是翻译。");
    this.root.hidden = !there;
    if (!mine || !there) return;
    const of = interpreters.map((one) => views.find((view) => view.seat === one.interprets)?.caption ?? "");
    const named = of.filter(Boolean).join("、");
    this.words.textContent = named ? `为${named}翻译：` : "本场有翻译：";
    for (const button of this.root.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === mine.channel));
    }
    if (mine.channel !== this.chosen) this.say(`现在听${WORDS[mine.channel]}`);
    this.chosen = mine.channel;
  }
}
