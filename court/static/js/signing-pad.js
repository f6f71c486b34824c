// One person signs by hand at this screen: says who they are, reads the pages, writes or leaves a print. What it is worth is not here.

import { Pad } from "./pad.js";
import { during, element, get, post } from "./room-http.js";
import { Fingerprint } from "./signing-print.js";

/** @typedef {import("./signing.js").Facts} Facts */
/** @typedef {import("./signing.js").Signer} Signer */

const WORDS = {
  written: "请在框里写您的名字。写错了可以重写。",
  mark: "请在框里画押（画圈或画十字）。画错了可以重画。",
  fingerprint: "请在白纸上按一个清楚的指印，放到镜头下面，再点“拍下指印”。",
};

/** The signing screen; shown for exactly the person whose turn it is, who takes the pad by saying so. */
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
    this.code = element("signing-code", HTMLInputElement);
    /** @type {Pad | null} */
    this.pad = null;
    /** @type {Fingerprint | null} */
    this.print = null;
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Signer | null} */
    this.signer = null;
    this.taken = ""; // the turn the server gave to the person at this screen
    this.page = 0;
    this.pages = 1;
    const mine = element("signing-mine", HTMLButtonElement);
    mine.addEventListener("click", () => void during(mine, () => this.take(), (text) => this.refuse(text)));
    const back = element("signing-back", HTMLButtonElement);
    back.addEventListener("click", () => void during(back, () => this.giveBack(), (text) => this.refuse(text)));
    element("signing-again", HTMLButtonElement).addEventListener("click", () => this.clear());
    element("signing-previous", HTMLButtonElement).addEventListener("click", () => this.turn(-1));
    element("signing-next", HTMLButtonElement).addEventListener("click", () => this.turn(1));
    this.finish.addEventListener("click", () => void this.submit());
  }

  clear() {
    if (this.pad) this.pad.clear();
    if (this.print) this.print.again();
    this.problem.hidden = true;
  }

  /** @param {Facts | null} facts @param {Signer | null} signer whose turn it is at this screen, else null */
  show(facts, signer) {
    const same = signer && this.signer && signer.id === this.signer.id;
    this.facts = facts;
    this.signer = signer;
    this.section.hidden = !signer;
    if (same) return;
    this.taken = "";
    if (this.print) this.print.close();
    if (!signer || !facts) return;
    this.problem.hidden = true;
    this.code.value = "";
    this.ask(signer);
    this.section.scrollIntoView({ block: "start" });
    void this.open(facts.id);
  }

  /** Nobody has the pad yet: it is shown for whom it is. @param {Signer} signer */
  ask(signer) {
    this.title.textContent = `现在轮到 ${signer.caption || signer.name}`;
    element("signing-confirm", HTMLElement).hidden = false;
    element("signing-do", HTMLElement).hidden = true;
    element("signing-code-box", HTMLElement).hidden = !signer.code;
    const beside = signer.role === "witness" ? "请见证人本人来签名。" : "请把签名板交给本人。";
    element("signing-confirm-words", HTMLElement).textContent = signer.code
      ? "请看清协议的每一页，再填法庭在会议中念给您的确认码。"
      : `请先看清协议的每一页。${beside}`;
    element("signing-mine", HTMLButtonElement).textContent = `我是${signer.name}，开始${this.verb(signer)}`;
  }

  /** @param {Signer} signer */
  verb(signer) {
    return signer.manner === "fingerprint" ? "捺印" : signer.manner === "mark" ? "画押" : "签名";
  }

  async take() {
    const { facts, signer } = this;
    if (!facts || !signer) return;
    const body = { signer_id: signer.id, code: this.code.value.trim() };
    const answer = await post(`/agreements/${facts.id}/pad`, body);
    this.taken = answer.turn;
    this.problem.hidden = true;
    this.title.textContent = `请 ${signer.caption || signer.name} ${this.verb(signer)}`;
    element("signing-confirm", HTMLElement).hidden = true;
    element("signing-do", HTMLElement).hidden = false;
    element("signing-pad", HTMLCanvasElement).scrollIntoView({ block: "center" });
    element("signing-how", HTMLElement).textContent = WORDS[signer.manner] || WORDS.written;
    const print = signer.manner === "fingerprint";
    element("signing-box", HTMLElement).hidden = print;
    element("signing-again", HTMLButtonElement).textContent = print ? "重拍" : "重写";
    this.finish.textContent = print ? "就用这个指印" : "签好了";
    if (print) {
      this.print ??= new Fingerprint((words) => (words ? this.refuse(words) : (this.problem.hidden = true)));
      this.print.open();
      return;
    }
    element("signing-print", HTMLElement).hidden = true;
    if (!this.pad) {
      this.pad = new Pad(element("signing-pad", HTMLCanvasElement));
      this.pad.addEventListener("change", () => (this.problem.hidden = true));
    }
    this.pad.clear();
  }

  async giveBack() {
    const { facts, signer } = this;
    if (!facts || !signer) return;
    await post(`/agreements/${facts.id}/pad/back`, {});
    this.taken = "";
    if (this.print) this.print.close();
    this.ask(signer);
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

  /** What the person left, or "" and why it cannot be sent. @param {Signer} signer
   * @returns {{sent: Record<string, unknown> | null, wrong: string}} */
  left(signer) {
    if (signer.manner === "fingerprint") {
      if (!this.print || !this.print.taken) return { sent: null, wrong: "请先拍下指印，或者选一张指印的照片。" };
      return { sent: { print: this.print.picture }, wrong: "" };
    }
    const { pad } = this;
    if (!pad || pad.empty) return { sent: null, wrong: signer.manner === "mark" ? "请先在框里画押。" : "请先在框里写名字。" };
    if (!pad.enough) return { sent: null, wrong: signer.manner === "mark" ? "画得太小，请画大一点。" : "写得太短，请写完整的名字。" };
    return { sent: { handwriting: pad.handwriting }, wrong: "" };
  }

  async submit() {
    const { facts, signer } = this;
    if (!facts || !signer || !this.taken) return;
    const { sent, wrong } = this.left(signer);
    if (!sent) return this.refuse(wrong);
    this.problem.hidden = true;
    const label = this.finish.textContent;
    this.finish.textContent = "正在签名，请稍等…";
    const send = async () => {
      await post(`/agreements/${facts.id}/sign`, { signer_id: signer.id, turn: this.taken, ...sent });
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
