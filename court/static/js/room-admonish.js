// Grave orders for one person are asked back: removal, 提示, 警告, proof of notice, the consequence of an absence.

import { during, element, post } from "./room-http.js";
import { newId } from "./transcript-outbox.js";

/** @typedef {import("./room-people.js").Door} Door */

const NAMES = { remind: "提示", warn: "警告" };

/** The dialogs of the people panel; each says to whom it is and sends one order. */
export class Admonish {
  /** @param {string} hearing @param {(order: any) => void} changed */
  constructor(hearing, changed) {
    this.hearing = hearing;
    this.changed = changed;
    this.once = "";
    /** @type {Door | null} */
    this.door = null;
    /** @type {"remind" | "warn"} */
    this.kind = "remind";
    for (const name of ["remove", "admonish", "notice", "absence"]) this.setUp(name);
  }

  /** @param {string} name */
  setUp(name) {
    const dialog = element(`${name}-dialog`, HTMLDialogElement);
    const form = element(`${name}-form`, HTMLFormElement);
    const problem = element(`${name}-problem`, HTMLElement);
    const yes = element(`${name}-yes`, HTMLButtonElement);
    element(`${name}-no`, HTMLButtonElement).addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      problem.textContent = "";
      const act = async () => {
        this.changed(await post(`/room/${this.hearing}/${this.verb(name)}`, this.body(name)));
        dialog.close();
      };
      void during(yes, act, (text) => (problem.textContent = text));
    });
  }

  /** @param {string} name @returns {string} */
  verb(name) {
    return name === "admonish" ? this.kind : name;
  }

  /** @param {string} name @returns {Record<string, unknown>} */
  body(name) {
    const seat = this.door ? this.door.seat : "";
    const value = (/** @type {string} */ id) =>
      /** @type {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} */ (document.getElementById(id)).value;
    if (name === "remove") return { seat };
    if (name === "absence") return { seat, note: value("absence-note") };
    if (name === "notice") {
      const at = `${value("notice-day")}T12:00:00+08:00`;
      return { seat, manner: value("notice-manner"), at, note: value("notice-note") };
    }
    return { seat, cause: value("admonish-cause"), note: value("admonish-note"), once: this.once };
  }

  /** @param {"remove" | "remind" | "warn" | "absence" | "notice"} what @param {Door} door */
  ask(what, door) {
    const name = what === "remind" || what === "warn" ? "admonish" : what;
    this.door = door;
    this.once = newId();
    if (what === "remind" || what === "warn") {
      this.kind = what;
      element("admonish-title", HTMLElement).textContent = `${NAMES[what]}：${door.caption}`;
      element("admonish-yes", HTMLButtonElement).textContent = `${NAMES[what]}并记录`;
    } else if (what === "absence") {
      element("absence-offer", HTMLElement).textContent = door.absence ? `${door.caption}：${door.absence.offered}。` : "";
    } else {
      element(`${name}-who`, HTMLElement).textContent = door.caption;
    }
    element(`${name}-problem`, HTMLElement).textContent = "";
    element(`${name}-dialog`, HTMLDialogElement).showModal();
  }
}
