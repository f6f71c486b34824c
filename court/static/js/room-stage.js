// The pictures and sounds of the room, one tile per seat, the largest by layout; who may speak is decided elsewhere.

import { Absent } from "./room-absent.js";
import { Level } from "./room-device.js";
import { make } from "./room-http.js";
import { Overviews } from "./room-overviews.js";
import { heldPicture, pictureQuality, seatQuality } from "./room-quality.js";

/**
 * @typedef {{seat: string, name: string, caption: string, role: string, state: string, floor: boolean, area: string,
 *   muted: boolean, locked: boolean, floor_until: number | null, sources: {source: string, live: boolean}[],
 *   hand: number | null, tested?: string, apart?: string, since?: number | null, quality?: import("./link.js").Quality, held?: boolean}} SeatView
 * @typedef {{root: HTMLElement, video: HTMLVideoElement, audio: HTMLAudioElement, caption: HTMLElement,
 *   note: HTMLElement, time: HTMLElement, meter: HTMLMeterElement, view: SeatView | null, level: Level | null}} Tile
 */

/** @type {Record<string, string>} */
const STATE_WORDS = {
  empty: "尚未进入",
  lost: "断线（保留席位）",
  left: "已退出，可随时返回",
};
const BENCH = ["judge", "mediator", "petition_official"];

/** @param {SeatView} view @returns {string} what is to be said about the seat; empty when all is well */
export function seatNote(view) {
  if (STATE_WORDS[view.state]) return STATE_WORDS[view.state];
  if (view.apart) return view.apart;
  if (view.area === "lobby") return "候庭";
  const camera = view.sources.find((one) => one.source === "camera");
  const mic = view.sources.find((one) => one.source === "mic");
  const notes = [];
  if (view.locked) notes.push("已静音并锁定");
  else if (view.muted || !view.floor) notes.push("已静音");
  else if (!mic || !mic.live) notes.push("没有声音");
  if (!camera || !camera.live) notes.push("没有画面");
  return notes.join(" · ");
}

/** @param {string | undefined} there @param {string} here areas of the room @returns {string} where another seat is */
export function apart(there, here) {
  if (!there || there === here) return "";
  if (there.startsWith("caucus-")) return "单独谈话中";
  return there === "main" ? "在大厅" : "";
}

/** Tiles of all seats; the elements are never moved, so that a picture is never interrupted by the layout. */
export class Stage {
  /** @param {HTMLElement} root @param {string} layout @param {string} me own seat */
  constructor(root, layout, me) {
    this.root = root;
    this.layout = layout;
    this.me = me;
    this.pinned = "";
    /** Called with the seat and source of the picture that is large now. @type {(seat: string, source: string) => void} */
    this.enlarged = () => {};
    this.overviews = new Overviews(root);
    this.absent = new Absent(layout, me);
    this.mode = "auto"; // as the bench arranged it
    /** @type {{seat: string, source: string} | null} */
    this.spot = null;
    this.last = "";
    /** What arrives now, by seat/source; also of seats that this page has not been told of yet.
     * @type {Map<string, {seat: string, source: string, track: MediaStreamTrack}>} */
    this.carried = new Map();
    /** @type {Map<string, Tile>} */
    this.tiles = new Map();
    this.wake = make("button", "wake", "点这里看画面、听声音");
    this.wake.type = "button";
    this.wake.hidden = true;
    this.wake.addEventListener("click", () => this.playAll());
    root.append(this.wake);
  }

  /** @param {SeatView[]} views in seat order */
  update(views) {
    for (const view of views) this.put(view);
    for (const [seat, tile] of this.tiles) {
      if (!views.some((view) => view.seat === seat)) {
        this.silence(tile);
        this.overviews.drop(seat);
        tile.root.remove();
        this.tiles.delete(seat);
      }
    }
    for (const one of this.carried.values()) this.attach(one.seat, one.source, one.track);
    this.arrange(views);
  }

  /** @param {SeatView} view */
  put(view) {
    const tile = this.tile(view.seat);
    tile.view = view;
    const mine = view.seat === this.me;
    const own = view.role === "vehicle" ? "您这边" : `${view.caption}（您自己）`;
    tile.caption.textContent = mine ? own : view.caption;
    const note = mine && view.state !== "joined" ? "" : [seatNote(view), this.weakness(view)].filter(Boolean).join(" · ");
    tile.note.textContent = note;
    tile.note.hidden = !note;
    const camera = !view.held && view.sources.some((one) => one.source === "camera" && one.live);
    tile.root.classList.toggle("tile--lost", !mine && view.state === "lost");
    tile.root.classList.toggle("tile--blank", mine ? !tile.video.srcObject : !camera || view.state !== "joined");
    tile.root.classList.toggle("tile--hand", view.hand !== null);
  }

  /** What a weak link does to this tile: one's own to the picture, the other's to what that person gets to see.
   * @param {SeatView} view @returns {string} */
  weakness(view) {
    if (view.state !== "joined" || view.area === "lobby" || view.seat === this.me) return "";
    const mine = pictureQuality(this.tiles.get(this.me)?.view?.quality ?? "high");
    if (view.held) return heldPicture(false);
    const bench = this.layout === "bench" || this.layout === "clerk";
    return mine || (bench ? seatQuality(view.quality ?? "high") : "");
  }

  /** @param {string} seat @returns {Tile} */
  tile(seat) {
    const known = this.tiles.get(seat);
    if (known) return known;
    const root = make("figure", "tile tile--blank");
    root.dataset.seat = seat;
    const video = make("video");
    video.autoplay = true;
    video.muted = true;
    video.playsInline = true;
    video.setAttribute("aria-hidden", "true");
    const audio = make("audio");
    audio.autoplay = true;
    const meter = make("meter", "tile__level");
    meter.max = 1;
    meter.setAttribute("aria-label", "音量");
    const bar = make("figcaption", "tile__bar");
    const caption = make("span", "tile__caption");
    const note = make("span", "tile__note");
    const time = make("span", "tile__time");
    bar.append(caption, note, time, meter);
    root.append(video, audio, bar);
    this.root.append(root);
    /** @type {Tile} */
    const tile = { root, video, audio, caption, note, time, meter, view: null, level: null };
    this.tiles.set(seat, tile);
    root.addEventListener("dblclick", () => {
      this.pinned = this.pinned === seat ? "" : seat;
      this.arrange(this.views());
    });
    return tile;
  }

  /** @returns {SeatView[]} */
  views() {
    return /** @type {SeatView[]} */ ([...this.tiles.values()].map((tile) => tile.view).filter(Boolean));
  }

  /** The bench's layout, for every page alike. @param {string} mode @param {{seat: string, source: string} | null} spotlight */
  direct(mode, spotlight) {
    this.mode = mode;
    const before = this.spot;
    this.spot = spotlight;
    // A document camera is shown here only while it is the large picture; else it belongs to the evidence.
    if (before && before.source === "document") this.overviews.drop(before.seat, "document");
    for (const one of this.carried.values()) this.attach(one.seat, one.source, one.track);
  }

  /** The time left to who was given the word for a time. @param {number} now milliseconds of the court's clock */
  second(now) {
    this.absent.second(now);
    for (const tile of this.tiles.values()) {
      const until = tile.view ? tile.view.floor_until : null;
      const left = until ? Math.max(0, Math.ceil(until - now / 1000)) : 0;
      const words = left ? `发言剩余 ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "";
      if (tile.time.textContent !== words) tile.time.textContent = words;
    }
  }

  /** @param {SeatView[]} views who spoke loudest just now, the largest where the layout follows the speaker */
  speaker(views) {
    const loud = views.filter((view) => {
      const tile = this.tiles.get(view.seat);
      return tile && tile.meter.value > 0.15;
    });
    if (loud.length === 1) this.last = loud[0].seat;
    return this.mode === "speaker" ? views.find((view) => view.seat === this.last) : undefined;
  }

  /** The judge is largest for parties, the vehicle for the bench (the person who is looked at). @param {SeatView[]} views */
  arrange(views) {
    const others = views.filter((view) => view.seat !== this.me);
    const wanted = this.layout === "bench" || this.layout === "clerk" ? ["vehicle", "party"] : BENCH;
    const looked = wanted.flatMap((role) => others.filter((view) => view.role === role));
    const seen = (/** @type {SeatView} */ view) => ["joined", "lost"].includes(view.state) && view.area !== "lobby";
    const lit = this.spot;
    const main =
      others.find((view) => view.seat === this.pinned) ||
      (lit && views.find((view) => view.seat === lit.seat)) ||
      this.speaker(others) ||
      looked.find(seen) ||
      looked.find((view) => view.area !== "lobby") ||
      looked[0] ||
      others[0] ||
      views[0];
    const plain = !this.pinned && lit ? this.overviews.tile(lit.seat, lit.source) : undefined;
    this.overviews.enlarge(plain);
    for (const [seat, tile] of this.tiles) {
      tile.root.classList.toggle("tile--main", !plain && main && seat === main.seat);
    }
    this.root.dataset.mode = this.mode === "grid" && !this.spot && !this.pinned ? "grid" : "main";
    this.root.dataset.strip = String(Math.min(6, Math.max(0, this.tiles.size + this.overviews.size - 1)));
    const large = main && !plain ? this.tiles.get(main.seat) : undefined;
    this.absent.place(large?.root, large?.root.classList.contains("tile--blank") ? large.view : null);
    if (main) this.enlarged(main.seat, plain && lit ? lit.source : "camera");
  }

  /** @param {MediaStream} stream own devices, shown mirrored and without sound */
  showOwn(stream) {
    const tile = this.tile(this.me);
    const tracks = stream.getTracks().map((track) => track.id).join(" ");
    if (tile.root.dataset.own === tracks) return;
    tile.root.dataset.own = tracks;
    tile.root.classList.add("tile--own");
    const [picture] = stream.getVideoTracks();
    tile.root.classList.toggle("tile--blank", !picture);
    tile.video.srcObject = picture ? new MediaStream([picture]) : null;
    void tile.video.play().catch(() => undefined);
    this.listen(tile, new MediaStream(stream.getAudioTracks()));
  }

  /**
   * What an incoming slot carries now; a track of null empties it. A seat without a tile gets it with its tile.
   * @param {string} seat @param {string} source @param {MediaStreamTrack | null} track
   */
  attach(seat, source, track) {
    if (seat === this.me) return;
    if (source === "document" && !(this.spot && this.spot.seat === seat && this.spot.source === source)) return;
    const tile = this.tiles.get(seat);
    if (source === "room" || source === "document") {
      if (!track) this.overviews.drop(seat, source);
      else if (tile) this.overviews.show(seat, source, track, tile.view?.caption ?? "");
      return;
    }
    if (!tile) return;
    const element = source === "mic" ? tile.audio : tile.video;
    const now = element.srcObject instanceof MediaStream ? element.srcObject.getTracks()[0] : null;
    if (now === track) return;
    element.srcObject = track ? new MediaStream([track]) : null;
    if (!track) {
      if (source === "mic") this.silence(tile);
      return;
    }
    if (source === "mic") this.listen(tile, new MediaStream([track]));
    element.play().catch((error) => {
      if (error && error.name === "NotAllowedError") this.wake.hidden = false;
    });
  }

  /** @param {{seat: string, source: string, track: MediaStreamTrack}[]} carried everything that arrives now */
  carry(carried) {
    const now = new Map(carried.map((one) => [`${one.seat}/${one.source}`, one]));
    for (const [name, one] of this.carried) if (!now.has(name)) this.attach(one.seat, one.source, null);
    for (const one of carried) this.attach(one.seat, one.source, one.track);
    this.carried = now;
  }

  playAll() {
    this.wake.hidden = true;
    for (const tile of this.tiles.values()) {
      for (const element of [tile.video, tile.audio]) {
        if (element.srcObject) void element.play().catch(() => (this.wake.hidden = false));
      }
    }
  }

  /** @param {Tile} tile @param {MediaStream} stream */
  listen(tile, stream) {
    this.silence(tile);
    if (stream.getAudioTracks().length) tile.level = new Level(stream);
  }

  /** @param {Tile} tile */
  silence(tile) {
    if (tile.level) tile.level.close();
    tile.level = null;
    tile.meter.value = 0;
  }

  /** Called a few times a second. */
  levels() {
    for (const tile of this.tiles.values()) if (tile.level) tile.meter.value = tile.level.read();
  }
}
