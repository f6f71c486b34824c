// The agreement in the room: reading clause by clause, signing in turn, progress for everyone. The server decides.

import { fallen, hearers, ReadingCard } from "./reading.js";
import { during, element, explain, get, make, post } from "./room-http.js";
import { Signature } from "./signing-pad.js";

/**
 * @typedef {Omit<import("./reading.js").Text, "signers"> & {number: string, state_name: string, wet: boolean, turn: string,
 *   signers: Signer[], change: import("./reading.js").Change | null}} Facts
 * @typedef {import("./reading.js").Reader & {signed: boolean, pad: boolean,
 *   manner: "written" | "mark" | "fingerprint", code: boolean}} Signer
 */

/** What the agreement shows on this seat's screen. */
export class Agreement {
  /** @param {string} hearing @param {string} layout @param {(words: string) => void} announce */
  constructor(hearing, layout, announce) {
    this.hearing = hearing;
    this.layout = layout;
    this.announce = announce;
    this.panel = element("agreement", HTMLElement);
    this.words = element("agreement-state", HTMLElement);
    this.progress = element("agreement-progress", HTMLOListElement);
    this.links = element("agreement-links", HTMLElement);
    this.reading = new ReadingCard(element("reading", HTMLElement), () => this.refresh());
    this.voided = element("agreement-voided", HTMLElement);
    this.signature = new Signature(() => this.refresh());
    /** @type {Facts | null} */
    this.facts = null;
    this.asked = 0;
  }

  /** The server said that something changed. An answer that a later one has overtaken is old news. */
  async refresh() {
    this.asked += 1;
    const asked = this.asked;
    try {
      const facts = await get(`/room/${this.hearing}/agreement`);
      if (asked === this.asked) this.update(facts);
    } catch (error) {
      this.words.textContent = explain(error);
    }
  }

  /** @param {Facts | null} facts null while there is nothing to read or sign */
  update(facts) {
    const before = this.facts;
    this.facts = facts;
    this.panel.hidden = !facts;
    const root = element("room", HTMLElement);
    root.dataset.agreement = facts ? facts.state : "";
    if (!facts) {
      this.reading.root.hidden = true;
      this.signature.show(null, null);
      return;
    }
    this.words.textContent = `${facts.number} ${facts.state_name}`;
    if (before && before.state !== facts.state) this.announce(`调解协议${facts.state_name}`);
    this.drawProgress(facts);
    this.drawLinks(facts);
    this.drawVoided(facts);
    const came = this.reading.draw(facts, this.layout === "bench");
    // On a phone it may have come below what is in sight.
    if (came && hearers(facts).some((one) => one.here)) this.reading.root.scrollIntoView({ block: "start" });
    const turn = facts.signers.find((signer) => signer.id === facts.turn);
    const mine = facts.state === "signing" && turn && turn.here && turn.pad ? turn : null;
    this.signature.show(facts, mine);
  }

  /** @param {Facts} facts */
  drawProgress(facts) {
    const total = facts.paragraphs.length;
    const heard = (/** @type {Signer} */ one) =>
      one.questions.length ? `有疑问 ${one.questions.length} 段` : `已确认 ${one.acknowledged.length}/${total} 段`;
    const rows = facts.signers.map((signer) => {
      let words = signer.signed ? "已签" : signer.id === facts.turn && facts.state === "signing" ? "正在签" : "等待";
      if (facts.state === "draft") words = "待宣读";
      if (facts.state === "reading") {
        words = hearers(facts).includes(signer) ? heard(signer) : "听读后签名";
      }
      const row = make("li", signer.signed ? "progress__done" : "");
      row.append(make("span", "progress__who", signer.caption || signer.name), make("span", "tag", words));
      return row;
    });
    this.progress.replaceChildren(...rows);
  }

  /** @param {Facts} facts */
  drawLinks(facts) {
    const items = [];
    if (this.layout === "bench" || this.layout === "clerk") {
      const link = make("a", "button button--secondary", facts.state === "sealed" ? "打印和送达" : "打开协议页");
      link.href = `/desk/agreements/${facts.id}`;
      link.target = "_blank";
      link.rel = "noopener";
      items.push(link);
    }
    if ((this.layout === "bench" || this.layout === "clerk") && facts.state === "reading") {
      const lead = make("a", "button button--secondary", "带读和回答");
      lead.href = `/agreements/${facts.id}/reading`;
      lead.target = "_blank";
      lead.rel = "noopener";
      items.push(lead);
    }
    if (this.layout === "party" && facts.state === "reading") {
      const alone = make("a", "button button--secondary", "单独打开宣读页");
      alone.href = `/agreements/${facts.id}/reading`;
      alone.target = "_blank";
      alone.rel = "noopener";
      items.push(alone);
    }
    if (this.layout === "bench" && facts.state === "draft") {
      items.push(this.order("开始宣读", `/agreements/${facts.id}/read`, { rev: facts.rev }));
    }
    if (this.layout === "bench" && facts.state === "reading" && facts.heard && !facts.wet) {
      items.push(this.order("开始签名", `/agreements/${facts.id}/signing`, { rev: facts.rev }));
    }
    const turn = facts.signers.find((signer) => signer.id === facts.turn);
    if (items.length && facts.state === "signing" && turn && turn.code) items.push(this.codeFor(facts, turn));
    if (this.layout === "bench" && facts.state === "signing" && turn && turn.role === "seal") {
      items.push(this.order("盖章生效", `/agreements/${facts.id}/seal`, {}));
    }
    if (items.length === 0 && facts.state === "sealed") {
      items.push(make("span", "", "协议已经生效。请稍坐，工作人员打印后当场交给您。"));
    }
    this.links.replaceChildren(...items);
  }

  /** Six digits for the bench to read out to the person on the screen. @param {Facts} facts @param {Signer} turn */
  codeFor(facts, turn) {
    const button = make("button", "button button--primary", `给${turn.name}确认码`);
    button.type = "button";
    const act = async () => {
      const { code, minutes } = await post(`/agreements/${facts.id}/code`, { signer_id: turn.id });
      const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
      this.words.textContent = `请看着画面念给${turn.name}：${spaced}（${minutes} 分钟内有效，只能用一次）`;
    };
    button.addEventListener("click", () => {
      void during(button, act, (text) => (this.words.textContent = text));
    });
    return button;
  }

  /** @param {string} words @param {string} url @param {Record<string, unknown>} body */
  order(words, url, body) {
    const button = make("button", "button button--primary", words);
    button.type = "button";
    const act = async () => {
      await post(url, body);
      await this.refresh();
    };
    button.addEventListener("click", () => {
      void during(button, act, (text) => (this.words.textContent = text));
    });
    return button;
  }

  /** Signatures that fell, and why: told to everybody who had signed until it is sealed. @param {Facts} facts */
  drawVoided(facts) {
    const open = ["draft", "reading", "signing", "wet_print"].includes(facts.state);
    this.voided.hidden = !(facts.change && open);
    const words = facts.change && open ? fallen(facts.change) : "";
    if (this.voided.textContent !== words) this.voided.textContent = words;
  }
}
