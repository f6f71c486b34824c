// Who spoke, from, to: offered to the writer of the record as speaker and time of the next line; never entered by itself.

import { clock, element, make } from "./room-http.js";

/**
 * @typedef {{id: string, caption: string, from_at: string, to_at: string}} Turn
 * @typedef {{choose: (speaker: string) => void, begin: (at: string) => void, speakers: string[],
 *   insert: (words: string) => void, text: HTMLTextAreaElement}} Writer
 */

const SHOWN = 4;

export class Turns {
  /** @param {Writer} writer */
  constructor(writer) {
    this.writer = writer;
    this.box = element("turns", HTMLElement);
    this.list = element("turns-list", HTMLElement);
    this.phrase = element("stage-phrase", HTMLButtonElement);
    /** @type {Turn[]} */
    this.turns = [];
    /** @type {Set<string>} */
    this.used = new Set();
    this.words = "";
    this.phrase.addEventListener("click", () => {
      this.writer.insert(this.words);
      this.writer.text.focus();
    });
  }

  /** @param {Turn[]} turns oldest first @param {import("./room-order.js").Stage[]} stages */
  update(turns, stages) {
    this.turns = turns;
    const now = stages.find((stage) => stage.state === "now");
    this.words = now ? now.phrase : "";
    this.phrase.hidden = !now;
    this.phrase.textContent = now ? `填入“${now.name}”用语` : "";
    this.draw();
  }

  /** @param {Turn} turn reported just now */
  add(turn) {
    this.turns = [...this.turns.filter((one) => one.id !== turn.id), turn];
    this.draw();
  }

  draw() {
    const open = this.turns.filter((one) => !this.used.has(one.id)).slice(-SHOWN);
    this.box.hidden = !open.length;
    this.list.replaceChildren(...open.map((turn) => this.button(turn)));
  }

  /** @param {Turn} turn */
  button(turn) {
    const seconds = Math.max(1, Math.round((Date.parse(turn.to_at) - Date.parse(turn.from_at)) / 1000));
    const button = make("button", "speaker", `${clock(turn.from_at)} ${turn.caption}（${seconds} 秒）`);
    button.type = "button";
    button.addEventListener("click", () => {
      this.used.add(turn.id);
      const known = this.writer.speakers.find((one) => one === turn.caption);
      if (known) this.writer.choose(known);
      this.writer.begin(turn.from_at);
      this.writer.text.focus();
      this.draw();
    });
    return button;
  }
}
