// The outside screen and the observer's page: show what the server calls public, as a place that only watches. They ask
// and obey; the only control is the one a browser wants before it plays sound.

import { Link } from "./link.js";
import { clock, element, get, make } from "./room-http.js";

/** @typedef {import("./link-media.js").RemoteTrack} RemoteTrack */
/** @typedef {{seat: string, caption: string, rank: number}} ScreenSeat */
/** @typedef {{live: boolean, title: string, text: string, now: string, seats: ScreenSeat[],
 *   lines: {id: string, speaker: string, text: string}[]}} ScreenFacts */

const ASK_MS = 2000;
const SECOND_MS = 1000;
const REOPEN_MS = 10000;
// Without a word of the server for so long nothing is shown any more.
const TRUST_MS = 8000;
const PICTURES = ["camera"];

class Screen {
  constructor() {
    const root = element("screen", HTMLElement);
    const room = `/room/${root.dataset.hearing}`;
    const observes = root.dataset.base === "observe";
    this.path = `${room}/${observes ? "observe" : "screen"}`;
    this.iceUrl = "relayed" in root.dataset ? `${observes ? this.path : room}/ice` : "";
    this.wake = document.getElementById("screen-wake");
    if (this.wake) this.wake.addEventListener("click", () => this.playAll());
    this.placard = element("screen-placard", HTMLElement);
    this.live = element("screen-live", HTMLElement);
    this.stage = element("screen-stage", HTMLElement);
    this.skew = 0;
    this.told = 0;
    this.asking = false;
    this.again = false;
    /** @type {ScreenFacts | null} */
    this.facts = null;
    /** @type {RemoteTrack[]} */
    this.tracks = [];
    /** @type {Map<string, HTMLMediaElement>} what plays, by track id */
    this.playing = new Map();
    this.link = this.join();
    window.setInterval(() => void this.ask(), ASK_MS);
    window.setInterval(() => this.second(), SECOND_MS);
    void this.ask();
  }

  /** @returns {Link} */
  join() {
    const link = new Link();
    link.addEventListener("tracks", (event) => {
      this.tracks = /** @type {CustomEvent} */ (event).detail;
      this.draw();
    });
    link.addEventListener("room", () => void this.ask());
    link.addEventListener("notice", () => void this.ask());
    link.addEventListener("state", (event) => {
      const { connection } = /** @type {CustomEvent} */ (event).detail;
      if (connection === "elsewhere") link.takeOver();
      const stands = ["connecting", "connected", "reconnecting", "elsewhere"].includes(connection);
      if (!stands) this.tracks = [];
      if (!stands && connection !== "taken_over") window.setTimeout(() => (this.link = this.join()), REOPEN_MS);
      this.draw();
    });
    const options = { stream: new MediaStream(), stateUrl: `${this.path}/state`, iceUrl: this.iceUrl };
    void link.connect(`${this.path}/ws`, options);
    return link;
  }

  /** One question at a time; what happened meanwhile is asked once more. */
  async ask() {
    this.again = this.asking;
    if (this.asking) return;
    this.asking = true;
    try {
      const facts = /** @type {ScreenFacts} */ (await get(`${this.path}/state`));
      this.told = performance.now();
      this.skew = Date.parse(facts.now) - Date.now();
      this.facts = facts;
    } catch (_) {
      // Told again in a moment; what is old is taken off by the clock.
    }
    this.asking = false;
    this.draw();
    if (this.again) void this.ask();
  }

  second() {
    element("screen-clock", HTMLElement).textContent = clock(Date.now() + this.skew).slice(0, 5);
    if (performance.now() - this.told > TRUST_MS) this.facts = null;
    this.draw();
  }

  draw() {
    const { facts } = this;
    const live = Boolean(facts && facts.live);
    if (this.live.hidden !== !live) this.live.hidden = !live;
    this.placard.hidden = live;
    if (!facts || !facts.live) this.stop();
    if (facts && facts.live) return this.show(facts);
    this.write("screen-title", facts ? facts.title : "请稍候");
    return this.write("screen-text", facts ? facts.text : "正在接通法庭。");
  }

  /** @param {string} id @param {string} text */
  write(id, text) {
    const node = element(id, HTMLElement);
    if (node.textContent !== text) node.textContent = text;
  }

  /** @param {ScreenFacts} facts */
  show(facts) {
    this.write("screen-case", facts.title);
    const seats = new Map(facts.seats.map((seat) => [seat.seat, seat]));
    const seen = this.tracks.filter((one) => seats.has(one.seat) && [...PICTURES, "mic"].includes(one.source));
    for (const [id, media] of this.playing) if (!seen.some((one) => one.track.id === id)) this.end(id, media);
    seen.sort((a, b) => (seats.get(a.seat)?.rank ?? 0) - (seats.get(b.seat)?.rank ?? 0));
    for (const one of seen) if (!this.playing.has(one.track.id)) this.begin(one, seats.get(one.seat)?.caption ?? "");
    const order = seen.map((one) => this.playing.get(one.track.id)?.closest("figure")).filter((one) => one);
    if (order.some((figure, n) => this.stage.children[n] !== figure)) this.stage.append(.../** @type {Node[]} */ (order));
    this.lines(facts);
  }

  /** @param {RemoteTrack} one @param {string} caption */
  begin(one, caption) {
    const sound = one.source === "mic";
    const media = sound ? make("audio") : make("video");
    media.srcObject = new MediaStream([one.track]);
    media.autoplay = true;
    if (media instanceof HTMLVideoElement) {
      media.muted = media.playsInline = true;
      media.setAttribute("aria-hidden", "true");
      const figure = make("figure", "screen__tile");
      figure.dataset.seat = one.seat;
      figure.append(media, make("figcaption", "", caption));
      this.stage.append(figure);
    } else {
      this.live.append(media);
    }
    this.play(media);
    this.playing.set(one.track.id, media);
  }

  /** @param {HTMLMediaElement} media */
  play(media) {
    media.play().catch((error) => {
      if (this.wake && error && error.name === "NotAllowedError") this.wake.hidden = false;
    });
  }

  playAll() {
    if (this.wake) this.wake.hidden = true;
    for (const media of this.playing.values()) this.play(media);
  }

  /** @param {string} id @param {HTMLMediaElement} media */
  end(id, media) {
    media.srcObject = null;
    (media.closest("figure") ?? media).remove();
    this.playing.delete(id);
  }

  stop() {
    for (const [id, media] of this.playing) this.end(id, media);
    element("screen-lines", HTMLElement).replaceChildren();
    this.write("screen-case", "");
  }

  /** @param {ScreenFacts} facts */
  lines(facts) {
    const list = element("screen-lines", HTMLElement);
    const signature = JSON.stringify(facts.lines);
    if (list.dataset.shown === signature && list.childElementCount === facts.lines.length) return;
    list.dataset.shown = signature;
    list.replaceChildren(
      ...facts.lines.map((line) => {
        const row = make("li");
        row.append(make("span", "screen__speaker", line.speaker), make("span", "", line.text));
        return row;
      }),
    );
  }
}

void new Screen();
