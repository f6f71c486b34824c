// The orders of the bench: open, suspend with its reason, resume, close, who may speak. The server decides each.

import { Refusal, during, element, explain, make, post } from "./room-http.js";
import { seatNote } from "./room-stage.js";

/** @typedef {import("./room-stage.js").SeatView} SeatView */

const ORDERS = ["open", "suspend", "resume", "close"];

/** Buttons of the bench; what is shown follows what the server allows in the present state. */
export class Bench {
  /** @param {string} hearing @param {(state: any) => void} changed called with the server's new state */
  constructor(hearing, changed) {
    this.hearing = hearing;
    this.changed = changed;
    this.refusal = element("bench-refusal", HTMLElement);
    this.open = element("order-open", HTMLButtonElement);
    this.suspend = element("order-suspend", HTMLDetailsElement);
    this.resume = element("order-resume", HTMLButtonElement);
    this.close = element("order-close", HTMLButtonElement);
    this.open.addEventListener("click", () => void this.give(this.open, "open", {}));
    this.resume.addEventListener("click", () => void this.give(this.resume, "resume", {}));
    for (const button of this.suspend.querySelectorAll("button")) {
      button.addEventListener("click", () => void this.give(button, "suspend", { reason: button.value }));
    }
    this.setUpClose();
  }

  setUpClose() {
    const dialog = element("close-dialog", HTMLDialogElement);
    const yes = element("close-yes", HTMLButtonElement);
    this.close.addEventListener("click", () => dialog.showModal());
    element("close-no", HTMLButtonElement).addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => {
      void this.give(yes, "close", {}).then(() => dialog.close());
    });
  }

  /** @param {string[]} may orders the server allows now @param {string[]} obstacles what keeps it from opening */
  allow(may, obstacles) {
    const list = element("obstacles", HTMLElement);
    list.hidden = !obstacles.length;
    element("obstacles-list", HTMLElement).replaceChildren(...obstacles.map((text) => make("li", "", text)));
    const buttons = { open: this.open, suspend: this.suspend, resume: this.resume, close: this.close };
    for (const order of ORDERS) buttons[/** @type {keyof typeof buttons} */ (order)].hidden = !may.includes(order);
  }

  /** @param {HTMLButtonElement} button @param {string} order @param {Record<string, unknown>} body */
  async give(button, order, body) {
    this.refusal.hidden = true;
    await during(
      button,
      async () => {
        try {
          this.changed(await post(`/room/${this.hearing}/${order}`, body));
          this.suspend.open = false;
        } catch (error) {
          this.refuse(error);
        }
      },
      () => undefined,
    );
  }

  /** @param {unknown} error */
  refuse(error) {
    this.refusal.replaceChildren(make("p", "", explain(error)));
    const desk = error instanceof Refusal && /identity|consent|roll|wrong_state|present|nobody/.test(error.code);
    if (desk) {
      const link = make("a", "button button--secondary", "去排期页补办核对和同意");
      link.href = `/desk/hearings/${this.hearing}`;
      this.refusal.append(link);
    }
    this.refusal.hidden = false;
    this.refusal.focus();
  }
}

/** The list of persons: link, floor and hands in order. */
export class Persons {
  /** @param {string} hearing @param {boolean} moderates @param {string} me @param {(text: string) => void} refuse */
  constructor(hearing, moderates, me, refuse) {
    this.hearing = hearing;
    this.moderates = moderates;
    this.me = me;
    this.refuse = refuse;
    this.list = element("persons", HTMLUListElement);
    this.count = element("persons-count", HTMLElement);
    this.drawn = "";
  }

  /** @param {SeatView[]} views */
  update(views) {
    const signature = JSON.stringify(views);
    if (signature === this.drawn) return;
    this.drawn = signature;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.seat : "";
    this.count.textContent = `${views.filter((view) => view.state === "joined").length}/${views.length}`;
    const raised = (/** @type {SeatView} */ view) => (view.hand === null ? Infinity : view.hand);
    const order = [...views].sort((a, b) => (raised(a) === raised(b) ? 0 : raised(a) - raised(b)));
    this.list.replaceChildren(...order.map((view) => this.row(view)));
    const again = focused && this.list.querySelector(`button[data-seat="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {SeatView} view */
  row(view) {
    const row = make("li", `person person--${view.state}`);
    const words = view.state === "joined" ? seatNote(view) || "在场" : seatNote(view);
    row.append(make("span", "person__caption", view.caption), make("span", "person__note", words));
    if (view.hand !== null) row.append(make("span", "tag tag--warn", `举手第 ${view.hand} 位`));
    if (this.moderates && view.seat !== this.me) row.append(this.floorButton(view));
    return row;
  }

  /** @param {SeatView} view */
  floorButton(view) {
    const button = make("button", "button button--secondary button--small", view.floor ? "静音" : "准许发言");
    button.type = "button";
    button.dataset.seat = view.seat;
    button.setAttribute("aria-label", `${button.textContent}：${view.caption}`);
    button.addEventListener("click", () => {
      const order = () => post(`/room/${this.hearing}/floor`, { seat: view.seat, allowed: !view.floor });
      void during(button, order, this.refuse);
    });
    return button;
  }
}
