// One person signs by hand at this screen: page pictures, the pad, the two buttons. What a signature is worth is not here.

import { Pad } from "./pad.js";
import { during, element, get, post } from "./room-http.js";

/** @typedef {import("./signing.js").Facts} Facts */
/** @typedef {import("./signing.js").Signer} Signer */

/** The signing screen; shown for exactly the person whose turn it is. */
export class Signature {
  /** @param {() => Promise<void>} done called after a signature was accepted */
  constructor(done) {
    this.done = done;
    this.section = element("signing", HTMLElement);
    this.title = element("signing-title", HTMLElement);
    this.problem = element("signing-problem", HTMLElement);
    this.image = element("signing-page", HTMLImageElement);
    this.number = element("signing-number", HTMLElement);
    this.finish = element("signing-done", HTMLButtonElement);
    /** @type {Pad | null} */
    this.pad = null;
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Signer | null} */
    this.signer = null;
    this.page = 0;
    this.pages = 1;
    element("signing-again", HTMLButtonElement).addEventListener("click", () => this.clear());
    element("signing-previous", HTMLButtonElement).addEventListener("click", () => this.turn(-1));
    element("signing-next", HTMLButtonElement).addEventListener("click", () => this.turn(1));
    this.finish.addEventListener("click", () => void this.submit());
  }

  clear() {
    if (this.pad) this.pad.clear();
    this.problem.hidden = true;
  }

  /** @param {Facts | null} facts @param {Signer | null} signer whose turn it is at this screen, else null */
  show(facts, signer) {
    const same = signer && this.signer && signer.id === this.signer.id;
    this.facts = facts;
    this.signer = signer;
    this.section.hidden = !signer;
    if (!signer || !facts || same) return;
    this.title.textContent = `请 ${signer.caption || signer.name} 签名`;
    this.problem.hidden = true;
    if (!this.pad) {
      this.pad = new Pad(element("signing-pad", HTMLCanvasElement));
      this.pad.addEventListener("change", () => (this.problem.hidden = true));
    }
    this.pad.clear();
    this.section.scrollIntoView({ block: "start" });
    void this.open(facts.id);
  }

  /** @param {string} id of the agreement */
  async open(id) {
    this.page = 0;
    try {
      const progress = await get(`/agreements/${id}.json`);
      this.pages = Math.max(1, Number(progress.pages) || 1);
    } catch (_) {
      this.pages = 1; // The first page is still shown; its own request tells what is wrong.
    }
    this.turn(0);
  }

  /** @param {number} by */
  turn(by) {
    if (!this.facts || !this.signer) return;
    this.page = Math.min(this.pages - 1, Math.max(0, this.page + by));
    // The signer's id makes each turn load the paper as it stands after the signature before it.
    const version = encodeURIComponent(this.signer.id);
    this.image.src = `/agreements/${this.facts.id}/page.png?page=${this.page}&width=1000&turn=${version}`;
    this.image.alt = `调解协议第 ${this.page + 1} 页`;
    this.number.textContent = `第 ${this.page + 1} 页，共 ${this.pages} 页`;
    element("signing-previous", HTMLButtonElement).disabled = this.page === 0;
    element("signing-next", HTMLButtonElement).disabled = this.page === this.pages - 1;
  }

  async submit() {
    const { pad, facts, signer } = this;
    if (!pad || !facts || !signer) return;
    if (!pad.enough) return this.refuse(pad.empty ? "请先在框里写名字。" : "写得太短，请写完整的名字。");
    this.problem.hidden = true;
    const label = this.finish.textContent;
    this.finish.textContent = "正在签名，请稍等…";
    const send = async () => {
      await post(`/agreements/${facts.id}/sign`, { signer_id: signer.id, handwriting: pad.handwriting });
      await this.done();
    };
    await during(this.finish, send, (text) => this.refuse(text));
    this.finish.textContent = label;
  }

  /** @param {string} text */
  refuse(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
  }
}
