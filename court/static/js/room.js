// The session room of one seat: wires link, stage, record, orders and words. Every fact comes from the server.

import { Link } from "./link.js";
import { Bench, Persons } from "./room-bench.js";
import { clock, element, explain, get } from "./room-http.js";
import { Prejoin } from "./room-join.js";
import { Own } from "./room-own.js";
import { Stage, seatNote } from "./room-stage.js";
import { Announcer, Connection, drawTracks, ownWords, recordingWords, showSafety } from "./room-status.js";
import { Agreement } from "./signing.js";
import { Editor } from "./transcript-editor.js";
import { Transcript } from "./transcript.js";

/**
 * @typedef {import("./room-device.js").Devices} Devices
 * @typedef {import("./room-stage.js").SeatView} SeatView
 * @typedef {{seat: string, name: string, caption: string, role: string, persons: string[]}} SeatFacts
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
    /** @type {Map<string, string>} */
    this.told = new Map();
    this.announcer = new Announcer();
    this.connection = new Connection(String(this.root.dataset.phone));
    this.transcript = new Transcript({
      hearing: this.hearing,
      mayRequest: Boolean(document.getElementById("correction-dialog")),
      mayDecide: this.layout === "bench",
      mayEdit: Boolean(document.getElementById("editor-text")),
      mayListen: this.staff,
    });
    this.editor = document.getElementById("editor-text")
      ? new Editor(this.hearing, this.me, this.transcript, () => this.now())
      : null;
    this.bench = document.getElementById("order-open") ? new Bench(this.hearing, (state) => this.apply(state)) : null;
    this.persons = this.staff
      ? new Persons(this.hearing, this.layout === "bench", this.me, (text) => this.complain(text))
      : null;
    this.agreement = new Agreement(this.hearing, this.layout, (words) => this.announcer.say(words));
    this.stage = new Stage(element("stage", HTMLElement), this.layout, this.me);
    this.clockText = element("clock", HTMLElement);
    this.linkWords = element("link-words", HTMLElement);
    this.ownWords = element("own-words", HTMLElement);
    this.link = new Link();
    this.linkState = "connecting";
    this.attempt = 0;
    /** @type {{rtt_ms: number | null, loss: number | null}} */
    this.stats = { rtt_ms: null, loss: null };
    /** @type {SeatView[]} */
    this.views = [];
    /** @type {Own | null} */
    this.own = null;
    this.finished = false;
    this.checking = false;
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
      this.complain(explain(error));
    }
  }

  /** @param {any} state */
  apply(state) {
    const first = !this.state;
    this.skew = Date.parse(state.now) - Date.now();
    this.state = state;
    this.seats = state.seats;
    this.transcript.reset(state);
    this.agreement.update(state.agreement);
    if (this.editor) {
      this.editor.setSpeakers(state.speakers);
      if (first) this.editor.restore(state.draft);
    }
    if (this.bench) this.bench.allow(state.may, state.obstacles);
    this.showHearing(state.hearing);
    this.drawSeats();
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
    if (this.own && (hearing.state === "closed" || hearing.state === "cancelled")) this.ended();
  }

  /** @param {Devices} devices */
  enter(devices) {
    element("floor", HTMLElement).hidden = false;
    element("leave", HTMLButtonElement).hidden = false;
    if (devices.trouble) this.complain(devices.trouble);
    const own = new Own(
      devices,
      () => this.ownChanged(),
      (text) => this.complain(text),
    );
    this.own = own;
    this.stage.showOwn(own.stream);
    this.listen();
    this.setUpButtons();
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    void this.link.connect(`${scheme}//${window.location.host}/room/${this.hearing}/ws`, { stream: own.stream });
    this.transcript.setFollowing(true);
    window.setInterval(() => this.stage.levels(), TICK_MS);
    if (this.editor) this.editor.text.focus();
  }

  /** What one's own buttons, or a pulled plug, changed. */
  ownChanged() {
    const { own, link } = this;
    if (!own) return;
    link.useStream(own.stream);
    link.setLive("mic", own.micOn && Boolean(own.track("audio")));
    link.setLive("camera", own.cameraOn && Boolean(own.track("video")));
    this.stage.showOwn(own.stream);
    this.second();
  }

  listen() {
    const { link } = this;
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) => {
      link.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
    };
    on("state", (detail) => this.linkChanged(detail.connection));
    on("room", (detail) => this.roomChanged(detail));
    on("tracks", (detail) => this.stage.carry(detail));
    on("stats", (detail) => (this.stats = detail));
    on("refused", (detail) => this.complain(`${detail.text}（${detail.code}）`));
    on("notice", (detail) => this.noticed(detail.topic, detail.body));
  }

  /** @param {string} connection */
  linkChanged(connection) {
    const was = this.linkState;
    this.linkState = connection;
    if (connection === "reconnecting" && was !== "reconnecting") this.attempt += 1;
    if (connection === "taken_over") {
      this.complain("您已在另一个窗口或设备上进入法庭，这里不再连接。要在这里继续，请刷新页面。");
    }
    // What happened meanwhile is read again as a whole, so that nothing is missing.
    if (connection === "connected" && was === "reconnecting") void this.refresh();
  }

  /** @param {{seats: SeatView[]}} detail */
  roomChanged(detail) {
    this.views = detail.seats;
    this.drawSeats();
  }

  /** Seats of the hearing with what the relay knows of them; a seat that never came is shown, not left out. */
  drawSeats() {
    const known = new Map(this.views.map((view) => [view.seat, view]));
    const all = this.seats.map((seat) => {
      const caption = seat.persons.length ? `${seat.caption}：${seat.persons.join("、")}` : seat.caption;
      const view = known.get(seat.seat);
      return view
        ? { ...view, caption, role: seat.role }
        : { ...seat, caption, state: "empty", floor: true, sources: [], hand: null };
    });
    for (const view of all) this.tellChange(view);
    this.stage.update(all);
    if (this.persons) this.persons.update(all);
    const mine = known.get(this.me);
    const hand = document.getElementById("hand");
    if (hand && mine) hand.setAttribute("aria-pressed", String(mine.hand !== null));
  }

  /** @param {SeatView} view spoken once per change of the link */
  tellChange(view) {
    const before = this.told.get(view.seat);
    this.told.set(view.seat, view.state);
    if (!before || before === view.state || view.seat === this.me) return;
    const words = view.state === "joined" ? (before === "lost" ? "已恢复连接" : "已进入") : seatNote(view);
    this.announcer.say(`${view.caption} ${words}`);
  }

  /** @param {string} topic @param {any} body */
  noticed(topic, body) {
    if (topic === "hearing") {
      this.showHearing(body);
      if (this.bench || this.staff) void this.refresh();
    } else if (topic === "transcript") {
      if (body.line) this.transcript.apply(body);
      if (body.final) this.transcript.say("笔录已定稿，不能再改。");
    } else if (topic === "correction") {
      void this.transcript.refresh();
    } else if (topic === "agreement") {
      void this.agreement.refresh();
    }
  }

  setUpButtons() {
    const dialog = element("leave-dialog", HTMLDialogElement);
    element("leave", HTMLButtonElement).addEventListener("click", () => dialog.showModal());
    element("leave-no", HTMLButtonElement).addEventListener("click", () => dialog.close());
    element("leave-yes", HTMLButtonElement).addEventListener("click", () => {
      this.link.leave();
      window.location.assign(this.staff ? `/desk/hearings/${this.hearing}` : this.layout === "vehicle" ? "/kiosk" : "/");
    });
    const hand = document.getElementById("hand");
    if (hand) {
      hand.addEventListener("click", () => this.link.raiseHand(hand.getAttribute("aria-pressed") !== "true"));
    }
  }

  /** Once a second: clock, link, own status, recording. */
  second() {
    const now = this.now();
    this.clockText.textContent = clock(now);
    if (!this.own || this.finished) return;
    const words = this.connection.take(
      {
        open: this.linkState === "connected",
        attempt: this.attempt,
        rttMs: this.stats.rtt_ms,
        loss: this.stats.loss,
      },
      performance.now(),
    );
    if (this.linkWords.textContent !== words.text) {
      if (words.level !== this.linkWords.dataset.level) this.announcer.say(words.text);
      this.linkWords.textContent = words.text;
      this.linkWords.dataset.level = words.level;
    }
    this.drawOwn();
    this.recordingSecond(now);
  }

  drawOwn() {
    const view = this.views.find((one) => one.seat === this.me);
    const sent = this.own;
    if (!sent) return;
    const text = ownWords({
      camera: sent.cameraOn && Boolean(sent.track("video")),
      mic: sent.micOn && Boolean(sent.track("audio")),
      connected: this.linkState === "connected" && this.link.mediaConnected,
      received: Boolean(view && view.state === "joined" && this.link.mediaConnected),
      floor: !view || view.floor,
    });
    if (this.ownWords.textContent !== text) this.ownWords.textContent = text;
  }

  /** @param {number} now */
  recordingSecond(now) {
    const { hearing } = this.state;
    const recording = { on: hearing.recording, paused: hearing.paused, startedAt: hearing.started_at };
    const words = element("recording-words", HTMLElement);
    words.textContent = recordingWords(recording, now);
    words.dataset.on = String(recording.on && !recording.paused);
    if (this.staff && hearing.started_at) void this.checkRecording();
  }

  /** Proof of life for bench and clerk: what is safely on disk, red after three seconds without. */
  async checkRecording() {
    if (this.checking) return;
    this.checking = true;
    try {
      const status = await get(`/room/${this.hearing}/recording`);
      const captions = new Map(this.seats.map((seat) => [seat.seat, seat.caption]));
      const list = element("tracks", HTMLElement);
      const paused = status.state !== "on";
      const safe = drawTracks(list, status.tracks, captions, paused ? null : Date.parse(status.now));
      showSafety(status, safe);
    } catch (error) {
      element("safety-words", HTMLElement).textContent = explain(error);
    } finally {
      this.checking = false;
    }
  }

  /** @param {string} text */
  complain(text) {
    const trouble = element("trouble", HTMLElement);
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  ended() {
    this.finished = true;
    element("prejoin", HTMLElement).hidden = true;
    element("floor", HTMLElement).hidden = true;
    element("leave", HTMLButtonElement).hidden = true;
    element("ended", HTMLElement).hidden = false;
    element("recording-words", HTMLElement).textContent = "录音录像已停止";
    this.linkWords.textContent = "已结束";
    if (this.own) for (const track of this.own.stream.getTracks()) track.stop();
  }
}

void new Room().start();
