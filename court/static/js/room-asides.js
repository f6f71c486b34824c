// Words between bench and clerk; only their pages have this panel and only they are sent anything of it.

import { clock, during, element, get, make, post } from "./room-http.js";
import { newId } from "./transcript-outbox.js";

/** @typedef {{id: string, caption: string, mine: boolean, text: string, at: string}} Aside */

export class Asides {
  /** @param {string} hearing @param {(words: string) => void} say */
  constructor(hearing, say) {
    this.url = `/room/${hearing}/asides`;
    this.say = say;
    this.panel = element("asides", HTMLDetailsElement);
    this.list = element("asides-list", HTMLUListElement);
    this.unread = element("asides-unread", HTMLElement);
    this.problem = element("asides-problem", HTMLElement);
    this.text = element("asides-text", HTMLInputElement);
    this.send = element("asides-send", HTMLButtonElement);
    this.once = newId();
    this.seen = -1;
    element("asides-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void during(this.send, () => this.tell(), (text) => (this.problem.textContent = text));
    });
    this.panel.addEventListener("toggle", () => this.panel.open && this.read());
  }

  async tell() {
    this.problem.textContent = "";
    if (!this.text.value.trim()) return;
    this.show(await post(this.url, { text: this.text.value, once: this.once }));
    this.once = newId();
    this.text.value = "";
    this.text.focus();
  }

  async refresh() {
    try {
      this.show(await get(this.url));
    } catch (_) {
      // Read again with the next message or when the panel is opened.
    }
  }

  read() {
    this.seen = this.list.children.length;
    this.unread.textContent = "";
    this.list.scrollTop = this.list.scrollHeight;
  }

  /** @param {Aside[]} asides */
  show(asides) {
    const before = this.seen;
    this.list.replaceChildren(
      ...asides.map((one) => {
        const row = make("li", one.mine ? "aside aside--mine" : "aside");
        row.append(make("span", "aside__head", `${clock(one.at)} ${one.mine ? "我" : one.caption}`));
        row.append(make("span", "aside__text", one.text));
        return row;
      }),
    );
    if (before < 0) this.seen = asides.length;
    if (this.panel.open) return this.read();
    const fresh = asides.length - this.seen;
    this.unread.textContent = fresh > 0 ? `（${fresh} 条未读）` : "";
    if (fresh > 0) this.say(`${asides[asides.length - 1].caption}发来私信`);
    return undefined;
  }
}
