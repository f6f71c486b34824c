// 辨认: the one picture a called witness is shown, and for bench and clerk what he said of it. The court decides who sees.

import { during, element, make, post } from "./room-http.js";

/** @typedef {{id: string, exhibit: string, label: string, page: number, witness: string, words: string, hidden: boolean}} Identifying */

/** The witness's own screen. */
export class WitnessView {
  /** @param {string} hearing @param {(words: string) => void} say */
  constructor(hearing, say) {
    this.hearing = hearing;
    this.say = say;
    this.root = element("identify", HTMLElement);
    this.picture = element("identify-picture", HTMLImageElement);
    this.shown = "";
  }

  /** @param {{id: string} | null | undefined} given what the court shows this witness now */
  update(given) {
    const id = given ? given.id : "";
    // The picture has the place that evidence has on the pages of the others.
    if (id) element("floor", HTMLElement).dataset.showing = "true";
    else delete element("floor", HTMLElement).dataset.showing;
    if (id === this.shown) return;
    this.shown = id;
    this.root.hidden = !id;
    if (!id) {
      this.picture.removeAttribute("src");
      this.say("材料已收起");
      return;
    }
    const near = Math.min(window.innerWidth, 1400) * Math.min(2, window.devicePixelRatio);
    const width = near > 1500 ? 2160 : near > 1000 ? 1440 : 960;
    this.picture.src = `/room/${this.hearing}/identify/${id}/page?w=${width}`;
    this.say("法庭请您辨认一份材料，请看清后口头回答。");
    this.root.scrollIntoView({ block: "start" });
  }
}

/** Bench and clerk: what is before the witness, and his words. */
export class IdentifyDesk {
  /** @param {string} hearing @param {(answer: any) => void} changed the exhibits as they are after an act */
  constructor(hearing, changed) {
    this.path = `/room/${hearing}/identify`;
    this.changed = changed;
    this.root = element("identifying", HTMLElement);
    this.now = element("identifying-now", HTMLElement);
    this.text = element("identifying-text", HTMLTextAreaElement);
    this.keep = element("identifying-keep", HTMLButtonElement);
    this.problem = element("identifying-problem", HTMLElement);
    this.away = document.getElementById("identifying-away");
    this.id = "";
    this.keep.addEventListener("click", () => void this.act(this.keep, `/${this.id}/words`, { words: this.text.value }));
    const { away } = this;
    if (away instanceof HTMLButtonElement) away.addEventListener("click", () => void this.act(away, "/hide", {}));
  }

  /** @param {HTMLButtonElement} button @param {string} path @param {unknown} body */
  async act(button, path, body) {
    const refuse = (/** @type {string} */ words) => (this.problem.textContent = words);
    refuse("");
    await during(button, async () => this.changed(await post(this.path + path, body)), refuse);
  }

  /** @param {Identifying | null | undefined} given */
  update(given) {
    this.root.hidden = !given;
    if (!given) return;
    const where = `${given.label}第${given.page + 1}页`;
    this.now.textContent = given.hidden ? `${given.witness}辨认过${where}` : `${given.witness}正在看${where}`;
    if (this.away) this.away.hidden = given.hidden;
    if (given.id !== this.id) this.text.value = given.words;
    this.id = given.id;
    this.keep.textContent = given.words ? "改记辨认意见" : "记下辨认意见";
  }
}

/** @param {{party: string, caption: string}[]} witnesses @param {{id: string, label: string}} exhibit @param {number} page
 * @param {(path: string, body: unknown) => void} act @returns {HTMLButtonElement[]} one for each witness who was called in */
export function identifyButtons(witnesses, exhibit, page, act) {
  return witnesses.map((witness) => {
    const words = `给${witness.caption}辨认`;
    const button = make("button", "button button--secondary button--small", words);
    button.type = "button";
    button.dataset.key = `${exhibit.id}-${words}`;
    button.setAttribute("aria-label", `${words}：${exhibit.label}第${page + 1}页`);
    button.addEventListener("click", () => act(`/${exhibit.id}/identify`, { witness: witness.party, page }));
    return button;
  });
}
