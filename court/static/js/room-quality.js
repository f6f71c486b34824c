// What a weak link makes of the pictures, in words; which pictures this page shows large. No network of its own.

/** @typedef {import("./link.js").Quality} Quality */
/** @typedef {import("./link.js").Source} Source */
/** @typedef {import("./link.js").Link} Link */

/** @type {Record<Quality, string>} */
const MINE = { high: "", low: "画面已改为低清", still: "画面每几秒更新一张", sound: "只有声音" };
/** @type {Record<Quality, string>} */
const THEIRS = { high: "", low: "信号弱：收到低清画面", still: "信号弱：几秒收到一张画面", sound: "信号弱：只收到声音" };

/** The line about one's own link; sound is never given up. @param {Quality} quality @returns {string} empty when all is well */
export function linkQuality(quality) {
  return MINE[quality] ? `信号弱，已优先保证声音：${MINE[quality]}` : "";
}

/** On a seat's tile, for the bench: what of the others this person gets to see. @param {Quality} quality @returns {string} */
export function seatQuality(quality) {
  return THEIRS[quality];
}

/** On the pictures of others, so that nobody takes a still for a person who does not move. @param {Quality} quality */
export function pictureQuality(quality) {
  return quality === "still" || quality === "sound" ? MINE[quality] : "";
}

/** A line that carries no picture beside its sound. @param {boolean} own whether it is one's own line @returns {string} */
export function heldPicture(own) {
  return own ? "信号很弱，已暂停发送您的画面，声音照常" : "对方信号很弱，画面暂停，声音照常";
}

/** Tells the court which picture is large here, whenever it is another, and that none is needed while nobody looks. */
export class Watching {
  /** @param {Link} link */
  constructor(link) {
    this.link = link;
    this.said = "";
    /** @type {{seat: string, source: Source}[]} */
    this.large = [];
    document.addEventListener("visibilitychange", () => this.say());
  }

  /** Papers are there to be read, so they are large wherever they are shown.
   * @param {string} main seat @param {string} source of its large picture @param {{seat: string, sources: {source: string, live: boolean}[]}[]} views */
  show(main, source, views) {
    const papers = views.filter((view) => view.sources.some((one) => one.source === "document" && one.live));
    this.large = [
      { seat: main, source: /** @type {Source} */ (source) },
      ...papers.map((view) => ({ seat: view.seat, source: /** @type {Source} */ ("document") })),
    ];
    this.say();
  }

  say() {
    const watch = { hidden: document.hidden, large: this.large };
    const said = JSON.stringify(watch);
    if (said === this.said) return;
    this.said = said;
    this.link.watch(watch);
  }
}
