// The list of exhibits with what was said of each and what this seat may do; redrawn only when it changed.

import { during, element, make } from "./room-http.js";
import { identifyButtons } from "./room-identify.js";

/** @typedef {import("./room-exhibits.js").Exhibit} Exhibit */
/** @typedef {import("./room-exhibits.js").ExhibitsState} ExhibitsState */
/** @typedef {import("./room-exhibits-dialogs.js").Dialogs} Dialogs */

export class ExhibitList {
  /** @param {{path: string, act: (path: string, body: unknown) => Promise<any>, dialogs: Dialogs}} given */
  constructor(given) {
    this.given = given;
    this.list = element("exhibits-list", HTMLOListElement);
    this.drawn = "";
    /** @type {ExhibitsState | null} */
    this.state = null;
    const camera = document.getElementById("camera-show");
    if (camera instanceof HTMLButtonElement) camera.addEventListener("click", () => this.press(camera, "/show", this.nextCamera()));
  }

  /** @returns {{camera?: string}} */
  nextCamera() {
    const [first] = this.state ? this.state.cameras : [];
    return first && !(this.state && this.state.showing && this.state.showing.camera) ? { camera: first.party } : {};
  }

  /** @param {HTMLButtonElement} button @param {string} path @param {unknown} body */
  press(button, path, body) {
    void during(button, () => this.given.act(path, body), () => undefined);
  }

  /** @param {ExhibitsState} state */
  draw(state) {
    this.state = state;
    const count = document.getElementById("exhibits-count");
    if (count) count.textContent = String(state.exhibits.filter((one) => one.state !== "withdrawn").length);
    const note = element("exhibits-note", HTMLElement);
    const waits = state.capture && state.records ? `正在等车上拍“${state.capture.title}”。` : "";
    if (note.textContent !== waits) note.textContent = waits;
    this.toggle("exhibit-add", state.submit.length > 0);
    this.toggle("exhibit-shoot", state.capture_for.length > 0);
    this.toggle("camera-show", state.shows && state.cameras.length > 0);
    const camera = document.getElementById("camera-show");
    if (camera) camera.textContent = state.showing && state.showing.camera ? "收起实物展台" : "出示实物展台";
    const signature = JSON.stringify({ ...state, marks: state.marks, showing: state.showing && { ...state.showing, marks: [] } });
    if (signature === this.drawn) return;
    this.drawn = signature;
    const active = document.activeElement;
    const held = active instanceof HTMLElement ? active.dataset.key : "";
    element("exhibits-none", HTMLElement).hidden = state.exhibits.length > 0;
    this.list.replaceChildren(...state.exhibits.map((one) => this.row(one, state)));
    this.materials(state);
    this.lines(state);
    const again = held && document.querySelector(`[data-key="${held}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {string} id @param {boolean} there */
  toggle(id, there) {
    const node = document.getElementById(id);
    if (node) node.hidden = !there;
  }

  /** @param {Exhibit} one @param {ExhibitsState} state */
  row(one, state) {
    const shown = Boolean(state.showing && state.showing.exhibit === one.id);
    const row = make("li", `exhibit exhibit--${one.state}${shown ? " exhibit--now" : ""}`);
    row.dataset.exhibit = one.id;
    const head = make("p", "exhibit__head");
    const tag = make("span", `tag${one.state === "examined" ? " tag--good" : ""}`, shown ? "正在出示" : one.state_name);
    head.append(make("span", "exhibit__label", one.label), make("span", "exhibit__name", one.title), tag);
    row.append(head);
    if (one.purpose) row.append(make("p", "exhibit__facts", `证明目的：${one.purpose}`));
    const facts = make("p", "exhibit__facts", `${one.origin}，${one.pages}页，${one.by}提交。校验值 ${one.sha256.slice(0, 16)}…`);
    facts.title = `SHA-256 ${one.sha256}`;
    row.append(facts);
    for (const said of one.opinions) row.append(make("p", "exhibit__said", `${said.name}：${said.words}`));
    for (const words of one.identified) row.append(make("p", "exhibit__said", words));
    if (one.silent.length) row.append(make("p", "exhibit__facts", `还没有发表意见：${one.silent.join("、")}`));
    if (one.original) {
      const note = one.original.note ? `（${one.original.note}）` : "";
      row.append(make("p", "exhibit__facts", `原件核对：${one.original.name}${note}，核对人${one.original.by}`));
    }
    if (one.grounds.length) row.append(make("p", "exhibit__facts", `视同原件的依据：${one.grounds.join("；")}`));
    if (one.original_needed) row.append(make("p", "exhibit__needs", "真实性有争议，应当核对原件"));
    const buttons = make("p", "exhibit__buttons");
    buttons.append(...this.buttons(one, shown, state));
    if (buttons.childElementCount) row.append(buttons);
    return row;
  }

  /** @param {Exhibit} one @param {boolean} shown @param {ExhibitsState} state @returns {HTMLButtonElement[]} */
  buttons(one, shown, state) {
    const { dialogs } = this.given;
    const found = [];
    const may = (/** @type {string} */ step) => one.may.includes(step);
    if (may("show")) {
      found.push(this.button(one, shown ? "收起" : "出示", (button) => this.press(button, "/show", shown ? {} : { exhibit: one.id })));
    }
    if (may("give_opinion") && one.asked.length) found.push(this.button(one, "质证意见", () => dialogs.opinion(one)));
    if (may("show")) {
      const page = shown && state.showing ? state.showing.page : 0;
      found.push(...identifyButtons(state.witnesses, one, page, (path, body) => void this.given.act(path, body)));
    }
    if (may("check_original")) found.push(this.button(one, "原件核对", () => dialogs.original(one)));
    if (may("examine")) found.push(this.button(one, "质证完毕", () => dialogs.examine(one)));
    if (may("withdraw") && !shown) found.push(this.button(one, "撤回", () => dialogs.withdraw(one)));
    return found;
  }

  /** @param {{id: string, label: string}} one @param {string} words @param {(button: HTMLButtonElement) => void} act */
  button(one, words, act) {
    const button = make("button", "button button--secondary button--small", words);
    button.type = "button";
    button.dataset.key = `${one.id}-${words}`;
    button.setAttribute("aria-label", `${words}：${one.label}`);
    button.addEventListener("click", () => act(button));
    return button;
  }

  /** @param {ExhibitsState} state */
  materials(state) {
    const list = document.getElementById("exhibits-materials-list");
    if (!list) return;
    this.toggle("exhibits-materials", state.materials.length > 0);
    list.replaceChildren(
      ...state.materials.map((paper) => {
        const row = make("li");
        const one = { id: paper.id, label: paper.label };
        const [party] = state.submit;
        const body = { material: paper.id, party: party ? party.party : "" };
        row.append(make("span", "", paper.label), this.button(one, "转为证据", (button) => this.press(button, "/materials", body)));
        return row;
      }),
    );
  }

  /** @param {ExhibitsState} state the lines the clerk may reword, write or drop */
  lines(state) {
    const list = document.getElementById("exhibits-lines-list");
    if (!list) return;
    this.toggle("exhibits-lines", state.lines.length > 0);
    /** @type {Map<string, string>} */
    const typed = new Map();
    for (const area of list.querySelectorAll("textarea")) typed.set(String(area.dataset.line), area.value);
    list.replaceChildren(
      ...state.lines.map((line) => {
        const row = make("li", "suggestion");
        const area = make("textarea", "input textarea");
        area.rows = 2;
        area.maxLength = 4000;
        area.value = typed.get(line.id) ?? line.text;
        area.dataset.line = line.id;
        area.dataset.key = `${line.id}-text`;
        area.setAttribute("aria-label", `建议记入：${line.speaker}`);
        const one = { id: line.id, label: line.text };
        const write = this.button(one, "记入笔录", (button) =>
          this.press(button, `/lines/${line.id}`, { speaker: line.speaker, text: area.value }),
        );
        const drop = this.button(one, "不记", (button) => this.press(button, `/lines/${line.id}/drop`, {}));
        const buttons = make("p", "exhibit__buttons");
        buttons.append(write, drop);
        row.append(make("span", "suggestion__speaker", line.speaker), area, buttons);
        return row;
      }),
    );
  }
}
