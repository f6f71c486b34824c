// The orders for the whole room: stages, layout, silence, countdown; and what everybody sees of them.

import { during, element, make, post } from "./room-http.js";

/**
 * @typedef {{code: string, name: string, title: string, state: "done" | "now" | "todo", layout: string,
 *   bench_only: boolean, phrase: string, at: string | null}} Stage
 * @typedef {{stages: Stage[], stage: string, layout: string, recommended: string, spotlight: string[],
 *   opens_at: string | null, doors: import("./room-people.js").Door[], turns: import("./room-turns.js").Turn[],
 *   observers: import("./room-observers.js").Observer[],
 *   interpreters: import("./room-interpreters.js").Interpreter[]}} Order
 */

const MARKS = { done: "✓", now: "●", todo: "" };

/** The stage and the countdown on every page. */
export class OrderWords {
  /** @param {(words: string) => void} say */
  constructor(say) {
    this.say = say;
    this.stage = element("stage-words", HTMLElement);
    this.countdown = element("countdown", HTMLElement);
    /** @type {Stage[]} */
    this.stages = [];
    this.code = "";
    this.opensAt = 0;
    this.told = 0;
  }

  /** @param {Stage[]} stages */
  know(stages) {
    this.stages = stages;
    this.drawStage();
  }

  /** @param {string} code @param {number | null} opensAt seconds since 1970 */
  take(code, opensAt) {
    if (code !== this.code) {
      this.code = code;
      this.drawStage();
      if (this.stage.textContent) this.say(`现在是${this.stage.textContent}`);
    }
    this.opensAt = opensAt || 0;
  }

  drawStage() {
    const now = this.stages.find((one) => one.code === this.code);
    this.stage.textContent = now ? now.title : "";
    this.stage.hidden = !now;
  }

  /** Spoken at the start, at 30 and at 10 seconds only. @param {number} now milliseconds of the court's clock */
  second(now) {
    const left = Math.ceil(this.opensAt - now / 1000);
    this.countdown.hidden = !this.opensAt || left <= 0;
    if (this.countdown.hidden) return;
    const words = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} 后开始，请坐好、保持安静`;
    this.countdown.textContent = words;
    if (this.told !== this.opensAt || left === 30 || left === 10) this.say(`还有${left}秒开始`);
    this.told = this.opensAt;
  }
}

/** The bench's bar: stages, layout, silence for all, countdown. */
export class OrderBar {
  /** @param {string} hearing @param {(order: Order) => void} changed @param {(text: string) => void} refuse */
  constructor(hearing, changed, refuse) {
    this.hearing = hearing;
    this.changed = changed;
    this.refuse = refuse;
    this.bar = element("stages", HTMLElement);
    this.layouts = element("layouts", HTMLDetailsElement);
    this.silence = element("mute-all", HTMLButtonElement);
    this.counting = element("counting", HTMLDetailsElement);
    this.silenced = false;
    /** @type {Order | null} */
    this.order = null;
    this.unlit = element("spotlight-off", HTMLButtonElement);
    this.unlit.addEventListener("click", () => void this.give(this.unlit, "spotlight", { seat: null }));
    this.silence.addEventListener("click", () => {
      void this.give(this.silence, "mute", { seat: null, muted: !this.silenced });
    });
    for (const button of this.layouts.querySelectorAll("button")) {
      button.addEventListener("click", () => void this.arrange(button));
    }
    for (const button of this.counting.querySelectorAll("button")) {
      const seconds = button.value ? Number(button.value) : null;
      button.addEventListener("click", () => {
        void this.give(button, "countdown", { seconds }).then(() => (this.counting.open = false));
      });
    }
  }

  /** @param {HTMLButtonElement} button */
  async arrange(button) {
    await this.give(button, "arrange", { layout: button.value });
    this.layouts.open = false;
  }

  /** @param {Order} order @param {string} state of the hearing */
  update(order, state) {
    this.order = order;
    const live = state === "in_session" || state === "suspended";
    const before = state === "scheduled" || state === "roll_call" || state === "suspended";
    this.bar.hidden = !live;
    this.counting.hidden = !before;
    this.layouts.hidden = this.silence.hidden = !live;
    this.unlit.hidden = !live || !order.spotlight.length;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.stage : "";
    this.bar.replaceChildren(...order.stages.map((stage) => this.button(stage)));
    const again = focused && this.bar.querySelector(`[data-stage="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
    for (const button of this.layouts.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === order.layout));
      const mark = button.querySelector(".menu__mark");
      if (mark) mark.textContent = button.value === order.recommended ? "（推荐）" : "";
    }
  }

  /** @param {{role: string, state: string, muted: boolean, area: string}[]} views */
  voices(views) {
    const parties = views.filter((one) => ["party", "agent", "witness", "vehicle"].includes(one.role));
    const here = parties.filter((one) => one.state === "joined" && one.area === "main");
    this.silenced = here.length > 0 && here.every((one) => one.muted);
    this.silence.textContent = this.silenced ? "解除全场静音" : "静音全场";
  }

  /** @param {Stage} stage */
  button(stage) {
    const button = make("button", `stage-step stage-step--${stage.state}`, `${stage.name}${MARKS[stage.state]}`);
    button.type = "button";
    button.dataset.stage = stage.code;
    if (stage.state === "now") button.setAttribute("aria-current", "step");
    button.title = stage.bench_only ? `${stage.title}（开始时全场静音，问到谁，谁点麦克风回答）` : stage.title;
    button.addEventListener("click", () => void this.give(button, "stage", { code: stage.code }));
    return button;
  }

  /** @param {HTMLButtonElement} button @param {string} verb @param {Record<string, unknown>} body */
  async give(button, verb, body) {
    this.refuse("");
    await during(button, async () => this.changed(await post(`/room/${this.hearing}/${verb}`, body)), this.refuse);
  }
}
