// The agreement in the room: reading clause by clause, signing in turn, progress for everyone. The server decides.

import { during, element, explain, get, make, post } from "./room-http.js";
import { Signature } from "./signing-pad.js";

/**
 * @typedef {{id: string, position: number, text: string}} Clause
 * @typedef {{id: string, name: string, caption: string, role: string, signed: boolean, pad: boolean,
 *   here: boolean, acknowledged: string[]}} Signer
 * @typedef {{id: string, number: string, rev: number, state: string, state_name: string, wet: boolean,
 *   turn: string, facts: string, clauses: Clause[], signers: Signer[]}} Facts
 */

const NUMERALS = "一二三四五六七八九十";
const HEARERS = ["party", "agent"];

/** @param {number} n 1…99 @returns {string} 一 … 九十九 */
export function numeral(n) {
  if (n <= 10) return NUMERALS[n - 1];
  const tens = Math.floor(n / 10);
  return `${tens > 1 ? NUMERALS[tens - 1] : ""}十${n % 10 ? NUMERALS[(n % 10) - 1] : ""}`;
}

/** @param {Facts} facts @returns {Clause | undefined} the clause that is being read now */
export function currentClause(facts) {
  const hearers = facts.signers.filter((signer) => HEARERS.includes(signer.role));
  return facts.clauses.find((clause) => hearers.some((signer) => !signer.acknowledged.includes(clause.id)));
}

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
    this.reading = element("reading", HTMLElement);
    this.problem = element("reading-problem", HTMLElement);
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
      this.reading.hidden = true;
      this.signature.show(null, null);
      return;
    }
    this.words.textContent = `${facts.number} ${facts.state_name}`;
    if (before && before.state !== facts.state) this.announce(`调解协议${facts.state_name}`);
    this.drawProgress(facts);
    this.drawLinks(facts);
    this.drawReading(facts);
    const turn = facts.signers.find((signer) => signer.id === facts.turn);
    const mine = facts.state === "signing" && turn && turn.here && turn.pad ? turn : null;
    this.signature.show(facts, mine);
  }

  /** @param {Facts} facts */
  drawProgress(facts) {
    const total = facts.clauses.length;
    const rows = facts.signers.map((signer) => {
      let words = signer.signed ? "已签" : signer.id === facts.turn && facts.state === "signing" ? "正在签" : "等待";
      if (facts.state === "draft") words = "待宣读";
      if (facts.state === "reading") {
        words = HEARERS.includes(signer.role) ? `已确认 ${signer.acknowledged.length}/${total} 条` : "听读后签名";
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
    if (this.layout === "bench" && facts.state === "draft") {
      items.push(this.order("开始宣读", `/agreements/${facts.id}/read`, { rev: facts.rev }));
    }
    if (this.layout === "bench" && facts.state === "reading" && !currentClause(facts) && !facts.wet) {
      items.push(this.order("开始签名", `/agreements/${facts.id}/signing`, { rev: facts.rev }));
    }
    const turn = facts.signers.find((signer) => signer.id === facts.turn);
    if (this.layout === "bench" && facts.state === "signing" && turn && turn.role === "seal") {
      items.push(this.order("盖章生效", `/agreements/${facts.id}/seal`, {}));
    }
    if (items.length === 0 && facts.state === "sealed") {
      items.push(make("span", "", "协议已经生效。请稍坐，工作人员打印后当场交给您。"));
    }
    this.links.replaceChildren(...items);
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

  /** One clause at a time in large type; each person present says so by a touch of their own button. @param {Facts} facts */
  drawReading(facts) {
    const clause = facts.state === "reading" ? currentClause(facts) : undefined;
    const here = facts.signers.filter((signer) => signer.here && HEARERS.includes(signer.role));
    const shown = Boolean(clause) && (here.length > 0 || this.layout === "bench");
    const came = shown && this.reading.hidden;
    this.reading.hidden = !shown;
    if (!clause || !shown) return;
    element("reading-title", HTMLElement).textContent = `调解协议 第 ${clause.position} 条（共 ${facts.clauses.length} 条）`;
    element("reading-text", HTMLElement).textContent = `${numeral(clause.position)}、${clause.text}`;
    const signature = JSON.stringify([clause.id, here.map((signer) => signer.acknowledged.includes(clause.id))]);
    const buttons = element("reading-buttons", HTMLElement);
    if (buttons.dataset.drawn === signature) return;
    buttons.dataset.drawn = signature;
    this.problem.hidden = true;
    buttons.replaceChildren(...here.map((signer) => this.acknowledgement(facts, clause, signer)));
    // On a phone it may have come below what is in sight.
    if (came && here.length > 0) this.reading.scrollIntoView({ block: "start" });
  }

  /** @param {Facts} facts @param {Clause} clause @param {Signer} signer */
  acknowledgement(facts, clause, signer) {
    if (signer.acknowledged.includes(clause.id)) return make("p", "reading__done", `✓ ${signer.name} 已确认`);
    const button = make("button", "button button--primary button--huge", `${signer.name}：听清楚了，同意`);
    button.type = "button";
    const act = async () => {
      const body = { rev: facts.rev, clause_id: clause.id, signer_id: signer.id };
      await post(`/agreements/${facts.id}/acknowledge`, body);
      await this.refresh();
    };
    const refuse = (/** @type {string} */ text) => {
      this.problem.textContent = text;
      this.problem.hidden = false;
    };
    button.addEventListener("click", () => void during(button, act, refuse));
    return button;
  }
}
