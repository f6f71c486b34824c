// One more person while the session stands, a link for a device, another place, a seat taken back. The court decides each.

import { during, element, get, make, post } from "./room-http.js";

/**
 * @typedef {import("./room-people.js").Door} Door
 * @typedef {import("./room-people.js").Choice} Choice
 */

/** @type {Record<string, string>} */
const NAMES = {
  link: "生成（换发）入庭链接",
  to_vehicle: "改到车上参加",
  to_remote: "改用自己的设备参加",
  withdraw: "撤下席位（没有来）",
};

export class Seating {
  /** @param {string} hearing @param {(text: string) => void} refuse */
  constructor(hearing, refuse) {
    this.path = `/room/${hearing}/seating`;
    this.refuse = refuse;
    this.dialog = element("seating-dialog", HTMLDialogElement);
    this.role = element("seating-role", HTMLSelectElement);
    this.name = element("seating-name", HTMLInputElement);
    this.party = element("seating-party", HTMLSelectElement);
    this.problem = element("seating-problem", HTMLElement);
    element("seating-add", HTMLButtonElement).addEventListener("click", () => void this.open());
    element("seating-no", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
    this.role.addEventListener("change", () => this.fit());
    const yes = element("seating-yes", HTMLButtonElement);
    element("seating-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.problem.textContent = "";
      void during(yes, () => this.add(), (text) => (this.problem.textContent = text));
    });
    this.link = element("seat-link-dialog", HTMLDialogElement);
    this.address = element("seat-link", HTMLInputElement);
    element("seat-link-copy", HTMLButtonElement).addEventListener("click", () => void this.copy());
    element("seat-link-no", HTMLButtonElement).addEventListener("click", () => this.link.close());
    this.link.addEventListener("close", () => (this.address.value = ""));
    this.asked = ""; // "seat act" whose second press is waited for
  }

  async open() {
    this.problem.textContent = "";
    this.name.value = "";
    /** @type {{id: string, caption: string}[]} */
    let parties = [];
    try {
      parties = await get(this.path);
    } catch (_) {
      // Others than parties can be added all the same.
    }
    const option = element("seating-role-party", HTMLOptionElement);
    option.hidden = option.disabled = !parties.length;
    if (!parties.length && this.role.value === "party") this.role.value = "witness";
    this.party.replaceChildren(...parties.map(({ id, caption }) => {
      const one = make("option", "", caption);
      one.value = id;
      return one;
    }));
    this.fit();
    this.dialog.showModal();
  }

  fit() {
    const party = this.role.value === "party";
    element("seating-party-field", HTMLElement).hidden = !party;
    element("seating-name-field", HTMLElement).hidden = party;
    this.name.required = !party;
  }

  async add() {
    const party = this.role.value === "party";
    const place = element("seating-place", HTMLSelectElement).value;
    const who = party ? { party: this.party.value } : { name: this.name.value };
    const caption = party ? String(this.party.selectedOptions[0]?.textContent) : this.name.value;
    const made = await post(this.path, { role: this.role.value, place, ...who });
    this.dialog.close();
    this.show(caption, made.link);
  }

  /** @param {string} caption @param {string} link shown this once */
  show(caption, link) {
    if (!link) return;
    element("seat-link-who", HTMLElement).textContent = caption;
    element("seat-link-copied", HTMLElement).textContent = "";
    this.address.value = link;
    this.link.showModal();
    this.address.select();
  }

  async copy() {
    const told = element("seat-link-copied", HTMLElement);
    try {
      await navigator.clipboard.writeText(this.address.value);
      told.textContent = "已复制";
    } catch (_) {
      this.address.select();
      told.textContent = "请按 Ctrl+C 复制";
    }
  }

  /** @param {Door} door @param {() => void} again draws the row anew @returns {Choice[]} */
  choices(door, again) {
    return door.seating.map((act) => {
      const key = `${door.seat} ${act}`;
      const sure = act === "withdraw" && this.asked === key;
      return {
        text: sure ? "确定撤下这个席位" : NAMES[act],
        kind: sure ? "danger" : "secondary",
        act: () => {
          this.asked = act === "withdraw" && !sure ? key : "";
          if (this.asked) again();
          else void this.change(door, act);
        },
      };
    });
  }

  /** @param {Door} door @param {string} act */
  async change(door, act) {
    this.refuse("");
    try {
      const made = await post(`${this.path}/change`, { seat: door.seat, act });
      this.show(door.caption, made.link);
    } catch (error) {
      this.refuse(error instanceof Error ? error.message : String(error));
    }
  }
}
