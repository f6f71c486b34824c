// Pictures that are nobody's face: the whole place behind a seat, and a document camera in the 主画面. Tiles of their own.

import { make } from "./room-http.js";

/** @typedef {{root: HTMLElement, video: HTMLVideoElement, caption: HTMLElement}} Plain */

/** @type {Record<string, string>} */
const NAMES = { room: "全景", document: "实物展台" };

/** One tile per such picture, as long as it arrives. */
export class Overviews {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Map<string, Plain>} by seat/source */
    this.tiles = new Map();
  }

  get size() {
    return this.tiles.size;
  }

  /** @param {string} seat @param {string} source @returns {HTMLElement | undefined} */
  tile(seat, source) {
    return this.tiles.get(`${seat}/${source}`)?.root;
  }

  /** @param {string} seat @param {string} source @param {MediaStreamTrack} track @param {string} caption of the seat */
  show(seat, source, track, caption) {
    const name = `${seat}/${source}`;
    const shown = this.tiles.get(name) ?? this.made(seat);
    this.tiles.set(name, shown);
    shown.caption.textContent = `${caption} · ${NAMES[source]}`;
    const now = shown.video.srcObject instanceof MediaStream ? shown.video.srcObject.getTracks()[0] : null;
    if (now === track) return;
    shown.video.srcObject = new MediaStream([track]);
    void shown.video.play().catch(() => undefined);
  }

  /** @param {string} seat @param {string} [source] every one of the seat without it */
  drop(seat, source) {
    for (const [name, plain] of this.tiles) {
      if (source ? name !== `${seat}/${source}` : !name.startsWith(`${seat}/`)) continue;
      plain.root.remove();
      this.tiles.delete(name);
    }
  }

  /** @param {HTMLElement | undefined} main the one that is large now */
  enlarge(main) {
    for (const plain of this.tiles.values()) plain.root.classList.toggle("tile--main", plain.root === main);
  }

  /** @param {string} seat @returns {Plain} */
  made(seat) {
    const root = make("figure", "tile");
    root.dataset.overview = seat;
    const video = make("video");
    video.autoplay = video.muted = video.playsInline = true;
    video.setAttribute("aria-hidden", "true");
    const bar = make("figcaption", "tile__bar");
    const caption = make("span", "tile__caption");
    bar.append(caption);
    root.append(video, bar);
    this.root.append(root);
    return { root, video, caption };
  }
}
