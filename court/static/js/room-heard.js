// Sentences a machine heard, for the clerk to take, rewrite or drop. Nothing here is the record.

import { clock, during, element, explain, get, make, post } from "./room-http.js";

/**
 * @typedef {{text: string, confidence: number | null}} Word
 * @typedef {{id: string, seat: string, speaker: string, text: string, at: string, start_ms: number, words: Word[]}} Item
 */

const UNSURE = 0.6;

/** The list below the transcript; hidden where no engine is configured. */
export class Heard {
  /** @param {string} hearing @param {() => string[]} speakers @param {(line: any) => void} taken */
  constructor(hearing, speakers, taken) {
    this.base = `/room/${hearing}/heard`;
    this.speakers = speakers;
    this.taken = taken;
    this.section = element("heard", HTMLElement);
    this.list = element("heard-items", HTMLOListElement);
    this.count = element("heard-count", HTMLElement);
    this.problem = element("heard-problem", HTMLElement);
    this.live = element("heard-now", HTMLElement);
    this.editor = element("editor-text", HTMLTextAreaElement);
    /** @type {Item[]} */
    this.items = [];
    /** @type {Map<string, string>} */
    this.saying = new Map();
    this.editor.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  /** Asks the server for everything that waits. */
  async refresh() {
    try {
      const answer = await get(this.base);
      this.section.hidden = !answer.on;
      this.problem.textContent = answer.problem;
      this.items = answer.items;
      this.draw();
    } catch (error) {
      this.problem.textContent = explain(error);
    }
  }

  /** @param {{seat: string, text: string, new?: boolean}} body unfinished words of a seat; none: a sentence ended */
  noticed(body) {
    if (body.text) this.saying.set(body.seat, body.text);
    else this.saying.delete(body.seat);
    this.live.textContent = [...this.saying.values()].map((text) => `${text}…`).join("　");
    if (body.new) void this.refresh();
  }

  draw() {
    this.count.textContent = this.items.length ? ` ${this.items.length} 条` : "";
    const kept = new Map([...this.list.children].map((row) => [row.id, row]));
    const rows = this.items.map((item) => kept.get(`heard-${item.id}`) || this.row(item));
    // A row that stays is not touched: moving it would take the focus from who rewrites it.
    const staying = new Set(rows);
    for (const row of kept.values()) if (!staying.has(row)) row.remove();
    let at = this.list.firstElementChild;
    for (const row of rows) {
      if (row === at) at = at.nextElementSibling;
      else this.list.insertBefore(row, at);
    }
  }

  /** @param {Item} item */
  row(item) {
    const row = make("li", "heard__item");
    row.id = `heard-${item.id}`;
    const head = make("p", "t-head");
    head.append(make("span", "t-speaker", item.speaker || "请选发言人"), make("time", "t-time", clock(item.at)));
    const buttons = make("p", "t-actions");
    buttons.append(
      this.button("采纳", item, (button) => void this.take(item, item.speaker, item.text, button)),
      this.button("改", item, () => this.edit(item)),
      this.button("不要", item, (button) => void this.drop(item, button)),
    );
    row.append(head, this.text(item), buttons);
    return row;
  }

  /** Each word that the engine is not sure of is marked. @param {Item} item */
  text(item) {
    const line = make("p", "t-text");
    if (item.words.map((word) => word.text).join("") !== item.text || !item.words.some((word) => unsure(word))) {
      line.textContent = item.text;
      return line;
    }
    for (const word of item.words) {
      if (!unsure(word)) {
        line.append(word.text);
        continue;
      }
      const mark = make("mark", "heard__unsure", word.text);
      mark.title = `把握 ${Math.round(Number(word.confidence) * 100)}%`;
      line.append(mark);
    }
    return line;
  }

  /** @param {string} words @param {Item} item @param {(button: HTMLButtonElement) => void} act */
  button(words, item, act) {
    const button = make("button", "quiet", words);
    button.type = "button";
    button.setAttribute("aria-label", `${words}：${item.speaker} ${item.text.slice(0, 20)}`);
    button.addEventListener("click", () => act(button));
    return button;
  }

  /** Rewriting in place: speaker and words. @param {Item} item */
  edit(item) {
    const row = document.getElementById(`heard-${item.id}`);
    if (!row || row.querySelector("form")) return;
    const form = make("form", "heard__form");
    const speaker = make("select", "input");
    speaker.setAttribute("aria-label", "发言人");
    for (const name of this.speakers()) speaker.append(new Option(name, name, false, name === item.speaker));
    const text = make("textarea", "input textarea");
    text.setAttribute("aria-label", "核对后的文字");
    text.value = item.text;
    text.maxLength = 4000;
    text.rows = 2;
    const save = make("button", "button button--primary", "记入");
    const cancel = make("button", "button button--secondary", "不改了");
    cancel.type = "button";
    const back = () => {
      row.replaceWith(this.row(item));
      this.editor.focus();
    };
    cancel.addEventListener("click", back);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.take(item, speaker.value, text.value, save);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") back();
      if (event.key === "Enter" && event.target === text && !event.altKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.append(speaker, text, save, cancel);
    row.append(form);
    text.focus();
  }

  /** @param {Item} item @param {string} speaker @param {string} text @param {HTMLButtonElement} [button] */
  async take(item, speaker, text, button) {
    if (!speaker) return this.edit(item);
    const send = async () => {
      const answer = await post(`${this.base}/${item.id}/take`, { speaker, text });
      this.taken(answer.line);
      this.gone(item);
    };
    return this.doing(send, button);
  }

  /** @param {Item} item @param {HTMLButtonElement} [button] */
  async drop(item, button) {
    const send = async () => {
      await post(`${this.base}/${item.id}/dismiss`);
      this.gone(item);
    };
    return this.doing(send, button);
  }

  /** @param {() => Promise<void>} act @param {HTMLButtonElement} [button] */
  async doing(act, button) {
    this.problem.textContent = "";
    await during(button || make("button"), act, (words) => {
      this.problem.textContent = words;
      void this.refresh();
    });
  }

  /** @param {Item} item */
  gone(item) {
    this.items = this.items.filter((other) => other.id !== item.id);
    this.draw();
    this.editor.focus();
  }

  /** While the editor is empty its keys are for the first sentence. @param {KeyboardEvent} event */
  key(event) {
    const first = this.items[0];
    if (!first || this.editor.value || event.isComposing || event.altKey || event.ctrlKey || event.shiftKey) return;
    if (event.key === "Enter") void this.take(first, first.speaker, first.text);
    else if (event.key === "F2") this.edit(first);
    else if (event.key === "Delete") void this.drop(first);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** @param {Word} word */
const unsure = (word) => word.confidence !== null && word.confidence < UNSURE;
