// The vehicle's people: where its witnesses are, as the crew reports it; who speaks there; who showed a card. Decides nothing.

import { clock, during, element, make, post } from "./room-http.js";

/**
 * @typedef {{seat: string, caption: string, state: string, state_name: string, called: boolean, words: string,
 *   at: string | null, may: {act: string, words: string}[]}} WitnessHere
 * @typedef {{witnesses: WitnessHere[], speakers: {seat: string, caption: string}[], speaking: string,
 *   officers: string[], checked: Record<string, string>}} CrewFacts
 * @typedef {import("./room-people.js").Door} Door
 * @typedef {import("./room-people.js").Choice} Choice
 */

/** @param {WitnessHere} one @returns {string} where he is, and what is to be done */
export function witnessWords(one) {
  if (one.state === "untold") return "还不知道在哪里等候：请随车人员带到看不到、听不到的地方，再报告。";
  const when = one.at ? `${clock(one.at)} ` : "";
  if (one.called && one.state !== "seated") return `已传，等随车人员带到车上。${when}${one.words}`;
  if (!one.called && one.state === "seated") return "可以退席了，请带证人离开车厢。";
  return `${when}${one.words}`;
}

/** What the moment calls for; the rest is possible. @param {WitnessHere} one @param {string} act */
function isNext(one, act) {
  return act === "set_apart" || act === "seat" || (act === "lead_out" && !one.called);
}

export class Crew {
  /** @param {string} hearing @param {(text: string) => void} refuse */
  constructor(hearing, refuse) {
    this.hearing = hearing;
    this.refuse = refuse;
    /** @type {CrewFacts | null} */
    this.facts = null;
    /** @type {[WitnessHere, string] | null} what is asked about in the dialog */
    this.asked = null;
    this.checks = "";
    this.here = document.getElementById("crew"); // on the vehicle's page only
    this.drawn = "";
    this.dialog = element("crew-dialog", HTMLDialogElement);
    this.who = element("crew-who", HTMLInputElement);
    this.where = element("crew-where", HTMLInputElement);
    this.setUp("crew", () => this.report());
    if (document.getElementById("identity-dialog")) {
      const method = element("identity-method", HTMLSelectElement);
      method.addEventListener("change", () => this.needsNumber());
      this.setUp("identity", () => this.check());
    }
  }

  /** @param {"crew" | "identity"} name @param {() => Promise<unknown>} act */
  setUp(name, act) {
    const dialog = element(`${name}-dialog`, HTMLDialogElement);
    const yes = element(`${name}-yes`, HTMLButtonElement);
    const problem = element(`${name}-problem`, HTMLElement);
    element(`${name}-no`, HTMLButtonElement).addEventListener("click", () => dialog.close());
    element(`${name}-form`, HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      problem.textContent = "";
      void during(yes, async () => { await act(); dialog.close(); }, (text) => (problem.textContent = text));
    });
  }

  report() {
    const [witness, act] = /** @type {[WitnessHere, string]} */ (this.asked);
    const said = { seat: witness.seat, act, place: this.where.value, told_by: this.who.value };
    return post(`/room/${this.hearing}/attendance`, said);
  }

  check() {
    const method = element("identity-method", HTMLSelectElement).value;
    const number = method === "id_card" ? element("identity-number", HTMLInputElement).value : "";
    return post(`/room/${this.hearing}/identity`, { seat: this.checks, method, number });
  }

  needsNumber() {
    const card = element("identity-method", HTMLSelectElement).value === "id_card";
    element("identity-number-field", HTMLElement).hidden = !card;
    element("identity-number", HTMLInputElement).required = card;
  }

  /** @param {CrewFacts | null | undefined} facts */
  update(facts) {
    this.facts = facts ?? null;
    const names = this.facts ? this.facts.officers : [];
    if (!this.who.value && names.length === 1) this.who.value = names[0];
    element("crew-names", HTMLDataListElement).replaceChildren(...names.map((name) => {
      const option = make("option");
      option.value = name;
      return option;
    }));
    if (this.here) this.draw(this.here);
  }

  /** The vehicle's own page. @param {HTMLElement} root */
  draw(root) {
    const witnesses = this.facts ? this.facts.witnesses : [];
    const signature = JSON.stringify(witnesses);
    if (signature === this.drawn) return;
    this.drawn = signature;
    root.hidden = !witnesses.length;
    element("crew-shield", HTMLElement).hidden = !witnesses.some((one) => one.state === "seated");
    element("crew-list", HTMLUListElement).replaceChildren(...witnesses.map((one) => this.row(one)));
  }

  /** @param {WitnessHere} one */
  row(one) {
    const now = one.called !== (one.state === "seated");
    const row = make("li", now ? "crew__row crew__row--now" : "crew__row");
    const title = one.called && one.state !== "seated" ? `法庭传${one.caption}` : one.caption;
    const words = make("p", "crew__words");
    words.append(make("strong", "", title), ` ${witnessWords(one)}`);
    row.append(words);
    for (const { act, words: text } of one.may) {
      const button = make("button", `button button--${isNext(one, act) ? "primary" : "secondary"}`, text);
      button.type = "button";
      button.append(make("span", "visually-hidden", `：${one.caption}`));
      button.addEventListener("click", () => this.ask(one, act, text));
      row.append(button);
    }
    return row;
  }

  /** @param {WitnessHere} witness @param {string} act @param {string} words */
  ask(witness, act, words) {
    this.asked = [witness, act];
    element("crew-title", HTMLElement).textContent = `${witness.caption}：${words}`;
    element("crew-problem", HTMLElement).textContent = "";
    element("crew-where-field", HTMLElement).hidden = act !== "set_apart";
    this.where.required = act === "set_apart";
    this.dialog.showModal();
  }

  // -- for the list of people

  /** @param {string} seat @returns {WitnessHere | undefined} */
  of(seat) {
    return this.facts?.witnesses.find((one) => one.seat === seat);
  }

  /** @param {Door} door @returns {Choice[]} what may be written down of a witness, the likeliest first */
  choices(door) {
    const one = this.of(door.seat);
    if (!one) return [];
    return one.may.map(({ act, words }) => ({
      text: `记下：${words}…`,
      kind: isNext(one, act) ? "primary" : "secondary",
      act: () => this.ask(one, act, words),
    }));
  }

  /** @param {Door} door @returns {Choice[]} */
  identity(door) {
    if (!this.facts || !(door.seat in this.facts.checked)) return [];
    return [{ text: this.facts.checked[door.seat] ? "重新核验身份…" : "核验身份…", act: () => this.askIdentity(door) }];
  }

  /** @param {Door} door @returns {string} */
  identityWords(door) {
    if (!this.facts || !(door.seat in this.facts.checked)) return "";
    const known = this.facts.checked[door.seat];
    return known ? `身份：${known}` : "身份还没有核验";
  }

  /** @param {Door} door */
  askIdentity(door) {
    this.checks = door.seat;
    element("identity-who", HTMLElement).textContent = door.caption;
    element("identity-problem", HTMLElement).textContent = "";
    element("identity-number", HTMLInputElement).value = "";
    this.needsNumber();
    element("identity-dialog", HTMLDialogElement).showModal();
  }

  /** Whose word it is at the vehicle's one microphone; nothing to choose where one sits there. @returns {HTMLElement | null} */
  speaking() {
    const { facts } = this;
    if (!facts || facts.speakers.length < 2) return null;
    const group = make("div", "speaking");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "车上现在是谁在说话");
    group.append(make("span", "speaking__label", "车上说话的人"));
    for (const { seat, caption } of facts.speakers) {
      const now = facts.speaking === seat;
      const button = make("button", "speaker", caption);
      button.type = "button";
      button.dataset.key = `speaks ${seat}`;
      button.setAttribute("aria-pressed", String(now));
      button.addEventListener("click", () => {
        void during(button, () => post(`/room/${this.hearing}/speaking`, { seat: now ? null : seat }), this.refuse);
      });
      group.append(button);
    }
    return group;
  }
}
