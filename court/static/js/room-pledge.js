// 保证书 of a witness for bench and clerk: how it stands, and what was done about it. The court decides who may be called.

import { during, element, make, post } from "./room-http.js";

/**
 * @typedef {import("./room-people.js").Door} Door
 * @typedef {import("./room-people.js").Choice} Choice
 * @typedef {{state: string, state_name: string, may: string[]}} Pledge
 */

/** @type {Record<string, string>} */
const ACTS = {
  sign: "已经签署（纸质，或者在签名板上）",
  call: "先传到庭，当庭宣读并签署",
  read: "已当庭宣读并签署",
  exempt: "依法不签署",
  refuse: "拒绝签署或者宣读（不得作证，费用自负）",
};
/** @type {Record<string, string>} what is asked in words; where it is no must, in brackets */
const ASKED = {
  read: "证人不能自己宣读的，写明原因（由书记员代读）",
  exempt: "具体情况（会记入笔录）",
  refuse: "证人说的原因（会记入笔录）",
};
const OPEN = ["none", "refused"]; // who stands so is not called without more

export class PledgeDesk {
  /** @param {string} hearing @param {(order: any) => void} changed */
  constructor(hearing, changed) {
    this.hearing = hearing;
    this.changed = changed;
    /** @type {Door | null} */
    this.door = null;
    this.calls = false;
    this.dialog = element("pledge-dialog", HTMLDialogElement);
    this.acts = element("pledge-acts", HTMLFieldSetElement);
    this.exception = element("pledge-exception", HTMLSelectElement);
    this.words = element("pledge-words", HTMLInputElement);
    this.yes = element("pledge-yes", HTMLButtonElement);
    const problem = element("pledge-problem", HTMLElement);
    element("pledge-no", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
    this.acts.addEventListener("change", () => this.fit());
    element("pledge-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      problem.textContent = "";
      void during(this.yes, () => this.send(), (text) => (problem.textContent = text));
    });
  }

  /** Whether the way of a witness into the courtroom leads through this dialog. @param {Door} door */
  stops(door) {
    return door.pledge !== null && OPEN.includes(door.pledge.state);
  }

  /** @param {Door} door @returns {Choice[]} what is most likely wanted of a witness who is in the courtroom */
  first(door) {
    if (!door.pledge || !door.pledge.may.includes("read")) return [];
    return [{ text: "记下：已宣读保证书…", kind: "primary", act: () => this.ask(door, false) }];
  }

  /** @param {Door} door @returns {Choice[]} */
  more(door) {
    if (!door.pledge || !door.pledge.may.length || door.pledge.may.includes("read")) return [];
    return [{ text: "保证书…", act: () => this.ask(door, false) }];
  }

  /** @param {Door} door @param {boolean} calls the witness is let in with it */
  ask(door, calls) {
    this.door = door;
    this.calls = calls;
    element("pledge-who", HTMLElement).textContent = door.caption;
    element("pledge-problem", HTMLElement).textContent = "";
    this.words.value = "";
    const draw = element("pledge-draw", HTMLAnchorElement);
    draw.search = `?seat=${door.seat}`;
    const legend = this.acts.querySelector("legend");
    const may = door.pledge ? door.pledge.may : [];
    const first = calls ? "call" : may[0];
    const lines = may.map((act) => {
      const label = make("label", "check-row");
      const input = make("input", "");
      Object.assign(input, { type: "radio", name: "pledge-act", value: act, checked: act === first, required: true });
      label.append(input, make("span", "", ACTS[act]));
      return label;
    });
    this.acts.replaceChildren(...(legend ? [legend] : []), ...lines);
    this.fit();
    this.dialog.showModal();
  }

  get act() {
    const chosen = this.acts.querySelector("input:checked");
    return chosen instanceof HTMLInputElement ? chosen.value : "";
  }

  fit() {
    const { act } = this;
    element("pledge-exception-field", HTMLElement).hidden = act !== "exempt";
    element("pledge-words-field", HTMLElement).hidden = !(act in ASKED);
    element("pledge-words-label", HTMLElement).textContent = ASKED[act] || "";
    this.words.required = act === "exempt" || act === "refuse";
    const out = act === "refuse";
    this.yes.textContent = this.calls && !out ? "记下并传证人" : "记下";
    this.yes.className = `button button--${out ? "danger" : "primary"}`;
  }

  async send() {
    const { act, door } = this;
    if (!door) return;
    const exception = act === "exempt" ? this.exception.value : "";
    const said = { seat: door.seat, act, exception, words: act in ASKED ? this.words.value : "" };
    this.changed(await post(`/room/${this.hearing}/pledge`, said));
    if (this.calls && act !== "refuse") {
      this.changed(await post(`/room/${this.hearing}/admit`, { seat: door.seat }));
    }
    this.dialog.close();
  }
}
