// The page on show with its marks and pointers: drawn as vectors in hundredths of a percent; zoom is everybody's own.

import { Hand } from "./room-exhibits-hand.js";
import { Marks, Pointers } from "./room-exhibits-layer.js";
import { element } from "./room-http.js";

/** @typedef {import("./room-exhibits.js").Showing} Showing */
/** @typedef {import("./room-exhibits.js").Mark} Mark */

const MOST_ZOOM = 3;

export class ShowingView {
  /** @param {{path: string, me: string, act: (path: string, body: unknown) => Promise<any>}} given */
  constructor(given) {
    this.given = given;
    this.root = element("showing", HTMLElement);
    this.floor = element("floor", HTMLElement);
    this.view = element("showing-view", HTMLElement);
    this.page = element("showing-page", HTMLElement);
    this.picture = element("showing-picture", HTMLImageElement);
    this.camera = element("showing-camera", HTMLVideoElement);
    this.marks = new Marks(element("showing-marks", SVGSVGElement), this.page);
    this.pointers = new Pointers(element("showing-pointers", HTMLElement));
    this.tools = element("showing-tools", HTMLElement);
    this.problem = element("showing-problem", HTMLElement);
    /** @type {Showing | null} */
    this.showing = null;
    this.zoom = 0;
    /** @type {{seat: string, track: MediaStreamTrack}[]} */
    this.tracks = [];
    this.ownPicture = /** @type {MediaStreamTrack | null} */ (null);
    this.hand = new Hand(this);
    this.setUp();
  }

  setUp() {
    element("showing-larger", HTMLButtonElement).addEventListener("click", () => this.zoomTo(this.zoom + 1));
    element("showing-smaller", HTMLButtonElement).addEventListener("click", () => this.zoomTo(this.zoom - 1));
    const turn = (/** @type {number} */ by) => {
      const now = this.showing;
      if (now) void this.act("/show", { exhibit: now.exhibit, page: now.page + by });
    };
    this.onClick("showing-previous", () => turn(-1));
    this.onClick("showing-next", () => turn(1));
    this.onClick("showing-hide", () => void this.act("/show", {}));
    this.onClick("showing-undo", () => void this.onPage("marks/undo"));
    this.onClick("showing-clear", () => void this.onPage("marks/clear"));
    this.picture.addEventListener("error", () => this.complain("这一页没有显示出来，正在再取一次。", true));
    this.picture.addEventListener("load", () => (this.problem.hidden = true));
  }

  /** @param {string} id @param {() => void} act */
  onClick(id, act) {
    const button = document.getElementById(id);
    if (button) button.addEventListener("click", act);
  }

  /** @param {string} path @param {unknown} body */
  async act(path, body) {
    try {
      await this.given.act(path, body);
    } catch (error) {
      this.complain(error instanceof Error ? error.message : "没有成功，请再试一次。");
    }
  }

  /** @param {string} what */
  onPage(what) {
    const now = this.showing;
    return now && now.exhibit ? this.act(`/${now.exhibit}/${what}`, { page: now.page }) : undefined;
  }

  /** @param {string} words @param {boolean} [again] whether the picture is asked for once more */
  complain(words, again = false) {
    this.problem.textContent = words;
    this.problem.hidden = false;
    if (again) setTimeout(() => this.load(true), 3000);
  }

  /** @param {Showing | null} showing @param {boolean} turns whether this seat turns pages @param {boolean} marks */
  show(showing, turns, marks) {
    const before = this.showing;
    this.showing = showing;
    this.root.hidden = !showing;
    // In one column the evidence comes to the eye; beside the other things it is there already.
    if (showing && !before) this.root.scrollIntoView({ block: "start" });
    if (showing) this.floor.dataset.showing = "true";
    else delete this.floor.dataset.showing;
    if (!showing) {
      this.picture.removeAttribute("src");
      this.camera.srcObject = null;
      this.pointers.clear();
      return;
    }
    const live = Boolean(showing.camera);
    const name = showing.title ? `《${showing.title}》` : "";
    element("showing-title", HTMLElement).textContent = `正在出示：${showing.label}${name}`;
    element("showing-number", HTMLElement).textContent = live ? "" : `第 ${showing.page + 1}/${showing.pages} 页`;
    this.picture.hidden = live;
    this.camera.hidden = !live;
    this.tools.hidden = live || !marks;
    this.enable("showing-previous", turns && !live && showing.page > 0, live);
    this.enable("showing-next", turns && !live && showing.page + 1 < showing.pages, live);
    const same = before && before.exhibit === showing.exhibit && before.page === showing.page;
    if (!same) {
      this.pointers.clear();
      this.problem.hidden = true;
      this.picture.alt = `${showing.label}${name}第${showing.page + 1}页`;
      this.zoomTo(live ? 0 : this.zoom);
    }
    this.marks.reset(showing.marks);
    if (live) this.watch();
    else this.load();
  }

  /** @param {string} id @param {boolean} on @param {boolean} hidden */
  enable(id, on, hidden) {
    const button = document.getElementById(id);
    if (!(button instanceof HTMLButtonElement)) return;
    button.disabled = !on;
    button.hidden = hidden;
  }

  /** @param {boolean} [again] also when the same picture was asked for before */
  load(again = false) {
    const now = this.showing;
    if (!now || now.camera) return;
    const near = this.view.clientWidth * Math.min(2, window.devicePixelRatio) * (this.zoom ? 1.5 : 1);
    const width = near > 1500 ? 2160 : near > 1000 ? 1440 : 960;
    const src = `${this.given.path}/${now.exhibit}/pages/${now.page}?w=${width}`;
    if (again || this.picture.getAttribute("src") !== src) this.picture.src = src;
  }

  /** @param {number} zoom */
  zoomTo(zoom) {
    this.zoom = Math.min(MOST_ZOOM, Math.max(0, zoom));
    this.view.dataset.zoom = String(this.zoom);
    element("showing-smaller", HTMLButtonElement).disabled = this.zoom === 0;
    element("showing-larger", HTMLButtonElement).disabled = this.zoom === MOST_ZOOM;
    this.load();
  }

  /** @param {{seat: string, track: MediaStreamTrack}[]} tracks */
  carry(tracks) {
    this.tracks = tracks;
    this.watch();
  }

  /** @param {MediaStream} own */
  own(own) {
    this.ownPicture = own.getVideoTracks().find((track) => track.contentHint === "detail") ?? null;
    this.watch();
  }

  /** The picture of the document camera on show, one's own or somebody else's. */
  watch() {
    const seat = this.showing ? this.showing.camera : "";
    if (!seat) return;
    const theirs = this.tracks.find((one) => one.seat === seat);
    const track = seat === this.given.me ? this.ownPicture : theirs ? theirs.track : null;
    const playing = this.camera.srcObject instanceof MediaStream ? this.camera.srcObject.getTracks()[0] : null;
    if (playing === track) return;
    this.camera.srcObject = track ? new MediaStream([track]) : null;
    if (track) void this.camera.play().catch(() => undefined);
  }

  /** Somebody else's pointer. @param {{seat: string, caption: string, x: number | null, y: number | null}} body */
  pointed(body) {
    if (this.showing) this.pointers.put(body);
  }

  /** @param {{exhibit: string, page: number, mark?: Mark, removed?: string[]}} body */
  marked(body) {
    const now = this.showing;
    if (!now || now.exhibit !== body.exhibit || now.page !== body.page) return;
    this.marks.change(body);
  }
}
