// The orders of the bench: open, suspend with its reason, resume, close. The server decides each.

import { Refusal, during, element, explain, make, post } from "./room-http.js";

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
    for (const menu of document.querySelectorAll(".orders__bench .menu")) {
      if (menu instanceof HTMLDetailsElement) menu.addEventListener("toggle", () => this.fit(menu));
    }
    this.setUpClose();
  }

  /** A menu near the right edge opens to the left. @param {HTMLDetailsElement} menu */
  fit(menu) {
    menu.classList.remove("menu--end");
    const items = menu.querySelector(".menu__items");
    if (!menu.open || !items) return;
    menu.classList.toggle("menu--end", items.getBoundingClientRect().right > document.documentElement.clientWidth);
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
      const link = make("a", "button button--secondary", "去排期页补办核对和同意（新窗口）");
      link.target = "_blank"; // the room stays: what is put right there stands here at once
      link.rel = "noopener";
      link.href = `/desk/hearings/${this.hearing}`;
      this.refusal.append(link);
    }
    this.refusal.hidden = false;
    this.refusal.focus();
  }
}
