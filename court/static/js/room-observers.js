// Who observes this public session, for bench and clerk: how many are here, and sending one away for good.

import { during, element, make, post } from "./room-http.js";

/** @typedef {{id: string, name: string, affiliation: string, here: boolean, removed: boolean}} Observer */

export class Observers {
  /** @param {string} hearing @param {(order: any) => void} changed @param {(text: string) => void} refuse */
  constructor(hearing, changed, refuse) {
    this.hearing = hearing;
    this.changed = changed;
    this.refuse = refuse;
    this.panel = element("panel-observers", HTMLElement);
    this.list = element("observers-list", HTMLUListElement);
    this.drawn = "";
    this.asked = ""; // whose removal waits for a second press
  }

  /** @param {Observer[]} observers */
  update(observers) {
    this.panel.hidden = observers.length === 0;
    const signature = JSON.stringify([observers, this.asked]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    const here = observers.filter((one) => one.here).length;
    element("observers-count", HTMLElement).textContent = `${here}/${observers.length}`;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : "";
    this.list.replaceChildren(...observers.map((one) => this.row(one, observers)));
    const again = focused && this.list.querySelector(`[data-key="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {Observer} one @param {Observer[]} all */
  row(one, all) {
    const row = make("li", "person");
    const head = make("div", "person__head");
    head.append(make("span", "person__caption", one.name));
    if (one.affiliation) head.append(make("span", "person__note", one.affiliation));
    const [kind, words] = one.removed ? ["bad", "已移出"] : one.here ? ["good", "正在旁听"] : ["info", "不在"];
    head.append(make("span", `tag tag--${kind}`, words));
    row.append(head);
    if (one.removed) return row;
    const sure = this.asked === one.id;
    const button = make("button", `button button--${sure ? "danger" : "secondary"} button--small`, sure ? "确定移出，不能再进来" : "移出");
    button.type = "button";
    button.dataset.key = `observer ${one.id}`;
    button.append(make("span", "visually-hidden", `：${one.name}`));
    button.addEventListener("click", () => {
      this.asked = sure ? "" : one.id;
      if (sure) void this.remove(button, one.id);
      else this.update(all);
    });
    const bar = make("div", "person__orders");
    bar.append(button);
    row.append(bar);
    return row;
  }

  /** @param {HTMLButtonElement} button @param {string} observer */
  async remove(button, observer) {
    this.refuse("");
    const url = `/room/${this.hearing}/observers/remove`;
    await during(button, async () => this.changed(await post(url, { observer })), this.refuse);
  }
}
