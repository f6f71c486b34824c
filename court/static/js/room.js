// The session room of one seat: wires link, stage, record, orders and words. Every fact comes from the server.

import { Link } from "./link.js";
import { Away } from "./room-away.js";
import { Bench } from "./room-bench.js";
import { Caucus } from "./room-caucus.js";
import { ChannelChoice } from "./room-channel.js";
import { Ended } from "./room-ended.js";
import { Exhibits } from "./room-exhibits.js";
import { setDocument } from "./room-exhibits-still.js";
import { setUpHelp, setUpLeave, showHand } from "./room-buttons.js";
import { Hall } from "./room-hall.js";
import { Refusal, clock, element, explain, get } from "./room-http.js";
import { Prejoin } from "./room-join.js";
import { Own } from "./room-own.js";
import { Watching } from "./room-quality.js";
import { RecordingWatch } from "./room-recording.js";
import { Roster } from "./room-roster.js";
import { Stage } from "./room-stage.js";
import { Announcer, LinkWords, complain } from "./room-status.js";
import { Texts } from "./room-text.js";

/**
 * @typedef {import("./room-device.js").Devices} Devices
 * @typedef {import("./room-stage.js").SeatView} SeatView
 * @typedef {import("./room-roster.js").SeatFacts} SeatFacts
 */

const TICK_MS = 250;
const SECOND_MS = 1000;

class Room {
  constructor() {
    this.root = element("room", HTMLElement);
    this.hearing = String(this.root.dataset.hearing);
    this.me = String(this.root.dataset.seat);
    this.layout = String(this.root.dataset.layout);
    this.staff = this.layout === "bench" || this.layout === "clerk";
    this.skew = 0; // milliseconds the court's clock is ahead of this device's
    /** @type {any} the server's last word on the session */
    this.state = null;
    /** @type {SeatFacts[]} */
    this.seats = [];
    this.announcer = new Announcer();
    this.roster = new Roster(this.me, (words) => this.announcer.say(words));
    this.linkWords = new LinkWords(String(this.root.dataset.phone), this.announcer);
    const say = (/** @type {string} */ words) => this.announcer.say(words);
    this.texts = new Texts({
      hearing: this.hearing,
      me: this.me,
      layout: this.layout,
      staff: this.staff,
      now: () => this.now(),
      say,
      final: () => this.final(),
    });
    this.bench = document.getElementById("order-open") ? new Bench(this.hearing, (state) => this.apply(state)) : null;
    this.hall = new Hall({
      hearing: this.hearing,
      me: this.me,
      moderates: this.layout === "bench",
      staff: this.staff,
      say,
      editor: this.texts.editor,
      refresh: () => void this.refresh(),
    });
    this.stage = new Stage(element("stage", HTMLElement), this.layout, this.me);
    this.clockText = element("clock", HTMLElement);
    this.link = new Link();
    this.watching = new Watching(this.link);
    this.stage.enlarged = (seat, source) => this.watching.show(seat, source, this.views);
    this.channel = new ChannelChoice(this.me, (channel) => this.link.listenTo(channel), say);
    this.linkState = "connecting";
    /** @type {{rtt_ms: number | null, loss: number | null}} */
    this.stats = { rtt_ms: null, loss: null };
    /** @type {SeatView[]} */
    this.views = [];
    /** @type {Own | null} */
    this.own = null;
    this.phase = "";
    this.end = new Ended({ root: this.root, staff: this.staff, writes: Boolean(this.texts.editor) });
    this.exhibits = new Exhibits({
      hearing: this.hearing,
      me: this.me,
      say,
      camera: async (wanted) => (this.own ? setDocument(this.link, wanted) : undefined),
    });
    this.caucus = new Caucus({
      hearing: this.hearing,
      root: this.root,
      say,
      now: () => this.now(),
    });
    this.away = new Away({
      linkWords: this.linkWords,
      layout: this.layout,
      path: `/room/${this.hearing}`,
      writes: Boolean(this.texts.editor),
      takeOver: () => this.link.takeOver(),
    });
    this.recording = new RecordingWatch(this.hearing, this.staff);
  }

  now() {
    return Date.now() + this.skew;
  }

  async start() {
    window.setInterval(() => this.second(), SECOND_MS);
    await this.refresh();
    if (this.state && ["closed", "cancelled"].includes(this.state.hearing.state)) return this.ended();
    const devices = await new Prejoin().entered();
    return this.enter(devices);
  }

  /** Reads everything again: on entering, and whenever the link came back. */
  async refresh() {
    try {
      this.apply(await get(`/room/${this.hearing}/state`));
    } catch (error) {
      // Why this page is outside, or that its seat has ended, the link says itself.
      if (!this.away.outside && !(error instanceof Refusal && error.status === 401)) complain(explain(error));
    }
  }

  /** @param {any} state */
  apply(state) {
    this.skew = Date.parse(state.now) - Date.now();
    this.state = state;
    this.seats = state.seats;
    this.texts.apply(state);
    this.exhibits.update(state.exhibits, state.seats);
    if (this.exhibits.witness) this.exhibits.witness.update(state.identify);
    if (this.bench) this.bench.allow(state.may, state.obstacles);
    this.showHearing(state.hearing);
    this.caucus.update(state.caucus);
    const waits = this.hall.apply(state);
    if (this.own && !this.end.finished) this.place(waits);
    this.drawSeats();
  }

  /** Before the door, or in the courtroom. @param {boolean} waits */
  place(waits) {
    element("floor", HTMLElement).hidden = waits;
    this.root.toggleAttribute("data-waits", waits);
    this.hall.waiting.place(waits, this.link.localStream);
  }

  /** @param {any} hearing */
  showHearing(hearing) {
    const before = this.state.hearing.state;
    this.state.hearing = hearing;
    element("phase-words", HTMLElement).textContent = hearing.paused ? `暂停：${hearing.paused}` : hearing.state_name;
    this.root.dataset.state = hearing.state;
    if (before !== hearing.state) {
      this.announcer.say(hearing.paused ? `现在暂停，${hearing.paused}` : `现在${hearing.state_name}`);
    }
    // While the link stands, the room says when it is over: only then is the recording closed and saved.
    const over = hearing.state === "closed" || hearing.state === "cancelled";
    if (this.own && over && (this.staff || this.linkState !== "connected")) this.ended();
  }

  /** @param {Devices} devices */
  enter(devices) {
    element("leave", HTMLButtonElement).hidden = false;
    if (devices.trouble) complain(devices.trouble);
    this.listen();
    setUpLeave(() => this.leave());
    setUpHelp(this.hearing, this.link, complain);
    const { stream, wishes } = devices;
    const path = `/room/${this.hearing}`;
    const iceUrl = "relayed" in this.root.dataset ? `${path}/ice` : "";
    void this.link.connect(`${path}/ws`, { ...wishes, stream, stateUrl: `${path}/state`, iceUrl });
    this.own = new Own(this.link, () => this.ownChanged(), complain);
    this.place(Boolean(this.state && this.state.waiting));
    window.setInterval(() => this.stage.levels(), TICK_MS);
    this.texts.enter();
  }

  /** One's own buttons, or a pulled plug, changed something. */
  ownChanged() {
    this.stage.showOwn(this.link.localStream);
    this.exhibits.own(this.link.localStream);
    this.hall.waiting.show(this.link.localStream);
    this.drawOwn();
  }

  /** The document camera has its place on the evidence, every other picture in its seat's tile.
   * @param {import("./link-media.js").RemoteTrack[]} tracks */
  carry(tracks) {
    this.stage.carry(tracks);
    this.exhibits.carry(tracks);
  }

  listen() {
    const { link } = this;
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) => {
      link.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
    };
    on("state", (detail) => this.linkChanged(detail.connection));
    on("room", (detail) => this.roomChanged(detail));
    on("tracks", (detail) => this.carry(detail));
    on("stats", (detail) => (this.stats = detail));
    on("refused", (detail) => complain(`${detail.text}（${detail.code}）`));
    on("notice", (detail) => this.noticed(detail.topic, detail.body));
  }

  /** @param {string} connection */
  linkChanged(connection) {
    const was = this.linkState;
    this.linkState = connection;
    if (this.away.changed(connection) && this.own) this.own.draw();
    if (connection === "closed" && this.own && !this.end.finished) void this.refresh();
    // What happened meanwhile is read again as a whole, so that nothing is missing.
    if (connection === "connected" && was === "reconnecting") void this.refresh();
  }

  /** @param {import("./link.js").RoomView} detail */
  roomChanged(detail) {
    if (detail.phase === "closed" && !this.staff) {
      // The seat ended with the session: nothing more may be read here.
      element("phase-words", HTMLElement).textContent = "已结束";
      return this.ended();
    }
    this.views = detail.seats;
    this.stage.direct(detail.layout, detail.spotlight);
    this.drawSeats();
    this.channel.update(detail.seats);
    this.hall.room(detail);
    const phase = `${detail.phase} ${detail.reason}`;
    if (this.phase && this.phase !== phase) void this.refresh();
    this.phase = phase;
    if (detail.phase === "closed") this.ended();
    return undefined;
  }

  drawSeats() {
    const all = this.roster.draw(this.seats, this.views);
    this.stage.update(all);
    this.hall.show(all);
    const mine = this.views.find((one) => one.seat === this.me);
    if (mine) showHand(mine.hand);
    if (mine && this.own) this.own.silenced(mine.muted ? (mine.locked ? "locked" : "open") : "");
  }

  /** @param {string} topic @param {any} body */
  noticed(topic, body) {
    this.hall.noticed(topic, body);
    if (this.exhibits.noticed(topic, body)) return;
    if (topic === "hearing" || topic === "identify" || this.caucus.noticed(topic, body)) void this.refresh();
    else if (topic === "call" && this.staff) complain(`${body.caption} 请工作人员帮忙。`);
    else this.texts.noticed(topic, body);
  }

  /** The text can no longer be changed. */
  final() {
    this.state.transcript_final = true;
    this.end.afterwards(this.state);
  }

  leave() {
    this.link.leave();
    window.location.assign(this.staff ? `/desk/hearings/${this.hearing}` : this.layout === "vehicle" ? "/kiosk" : "/");
  }

  /** Once a second: clock, link, own status, recording. */
  second() {
    const now = this.now();
    this.caucus.second();
    this.clockText.textContent = clock(now);
    this.hall.second(now);
    if (!this.own || this.end.finished || this.away.outside) return;
    const { rtt_ms: rttMs, loss } = this.stats;
    const { quality = "high", held = false } = this.views.find((one) => one.seat === this.me) ?? {};
    const sample = { open: this.linkState === "connected", attempt: this.link.attempt, rttMs, loss, quality, held };
    this.linkWords.take(sample, performance.now());
    this.stage.second(now);
    this.drawOwn();
    this.recording.second(this.state.hearing, this.seats, now);
  }

  drawOwn() {
    const view = this.views.find((one) => one.seat === this.me);
    const connected = this.linkState === "connected" && this.link.mediaConnected;
    if (this.own) this.own.tell(view, connected);
  }

  ended() {
    this.end.show(this.state);
    this.linkWords.show({ level: "good", text: "已结束" });
    this.link.close();
  }
}

void new Room().start();
