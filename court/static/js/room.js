// The session room of one seat: wires link, stage, record, orders and words. Every fact comes from the server.

import { Link } from "./link.js";
import { Bench } from "./room-bench.js";
import { Caucus } from "./room-caucus.js";
import { ChannelChoice } from "./room-channel.js";
import { Exhibits } from "./room-exhibits.js";
import { tableCamera } from "./room-exhibits-still.js";
import { setUpHelp, setUpLeave, showHand } from "./room-buttons.js";
import { Hall } from "./room-hall.js";
import { Refusal, clock, element, explain, get } from "./room-http.js";
import { Prejoin } from "./room-join.js";
import { Own } from "./room-own.js";
import { Watching } from "./room-quality.js";
import { RecordingWatch, endWords } from "./room-recording.js";
import { Stage, apart, seatNote } from "./room-stage.js";
import { Announcer, LinkWords, complain, elsewhere, farewell, ownWords } from "./room-status.js";
import { Agreement } from "./signing.js";
import { Heard } from "./room-heard.js";
import { Editor } from "./transcript-editor.js";
import { Transcript } from "./transcript.js";

/**
 * @typedef {import("./room-device.js").Devices} Devices
 * @typedef {import("./room-stage.js").SeatView} SeatView
 * @typedef {{seat: string, name: string, caption: string, role: string, persons: string[], tested: string}} SeatFacts
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
    this.linkWords = new LinkWords(String(this.root.dataset.phone), this.announcer);
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
    if (this.editor) this.editor.finalised = () => this.final();
    this.heard = this.editor
      ? new Heard(this.hearing, () => this.state.speakers, (line) => this.transcript.apply({ line }))
      : null;
    this.bench = document.getElementById("order-open") ? new Bench(this.hearing, (state) => this.apply(state)) : null;
    this.hall = new Hall({
      hearing: this.hearing,
      me: this.me,
      moderates: this.layout === "bench",
      staff: this.staff,
      say: (words) => this.announcer.say(words),
      editor: this.editor,
      refresh: () => void this.refresh(),
    });
    this.agreement = new Agreement(this.hearing, this.layout, (words) => this.announcer.say(words));
    this.stage = new Stage(element("stage", HTMLElement), this.layout, this.me);
    this.clockText = element("clock", HTMLElement);
    this.ownWords = element("own-words", HTMLElement);
    this.link = new Link();
    this.watching = new Watching(this.link);
    this.stage.enlarged = (seat, source) => this.watching.show(seat, source, this.views);
    this.channel = new ChannelChoice(this.me, (channel) => this.link.listenTo(channel), (words) => this.announcer.say(words));
    this.linkState = "connecting";
    /** @type {{rtt_ms: number | null, loss: number | null}} */
    this.stats = { rtt_ms: null, loss: null };
    /** @type {SeatView[]} */
    this.views = [];
    /** @type {Own | null} */
    this.own = null;
    this.phase = "";
    this.finished = false;
    this.exhibits = new Exhibits({
      hearing: this.hearing,
      me: this.me,
      say: (words) => this.announcer.say(words),
      camera: (wanted) => this.documentCamera(wanted),
    });
    this.caucus = new Caucus({
      hearing: this.hearing,
      root: this.root,
      say: (words) => this.announcer.say(words),
      now: () => this.now(),
    });
    this.outside = false; // this page does not come back by itself, or not unasked
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
      if (!this.outside && !(error instanceof Refusal && error.status === 401)) complain(explain(error));
    }
  }

  /** @param {any} state */
  apply(state) {
    const first = !this.state;
    this.skew = Date.parse(state.now) - Date.now();
    this.state = state;
    this.seats = state.seats;
    this.transcript.reset(state);
    if (state.transcript_final) this.final();
    this.agreement.update(state.agreement);
    this.exhibits.update(state.exhibits, state.seats);
    if (this.exhibits.witness) this.exhibits.witness.update(state.identify);
    if (this.editor) {
      this.editor.setSpeakers(state.speakers);
      if (first) this.editor.restore(state.draft);
      if (this.heard) void this.heard.refresh();
    }
    if (this.bench) this.bench.allow(state.may, state.obstacles);
    this.showHearing(state.hearing);
    this.caucus.update(state.caucus);
    const waits = this.hall.apply(state);
    if (this.own && !this.finished) this.place(waits);
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
    this.transcript.setFollowing(true);
    window.setInterval(() => this.stage.levels(), TICK_MS);
    if (this.editor) this.editor.text.focus();
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

  /** Opened when the judge shows it, closed when he does not. @param {boolean} wanted */
  async documentCamera(wanted) {
    if (!this.own || wanted === this.link.isLive("document")) return;
    const used = this.link.localStream.getVideoTracks().map((track) => String(track.getSettings().deviceId));
    await this.link.document(wanted ? (await tableCamera(used)) || true : null);
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
    const { layout, linkWords } = this;
    const path = `/room/${this.hearing}`;
    const end = farewell(connection, { layout, path, phone: linkWords.phone, writes: Boolean(this.editor) });
    if (end) {
      this.outside = true;
      linkWords.show({ level: "lost", text: end.short });
      complain(end.text, end.way);
      if (this.own) this.own.draw();
    }
    if (connection === "elsewhere") {
      const choice = elsewhere(() => {
        complain("");
        this.outside = false;
        this.link.takeOver();
      });
      this.outside = true;
      linkWords.show({ level: "lost", text: choice.short });
      complain(choice.text, choice.way);
    }
    if (connection === "closed" && this.own && !this.finished) void this.refresh();
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

  /** Seats of the hearing with what the relay knows of them; a seat that never came is shown, not left out. */
  drawSeats() {
    const known = new Map(this.views.map((view) => [view.seat, view]));
    const area = known.get(this.me)?.area ?? "main";
    const all = this.seats.map((seat) => {
      const caption = seat.persons.length ? `${seat.caption}：${seat.persons.join("、")}` : seat.caption;
      const view = known.get(seat.seat);
      return view
        ? { ...view, caption, role: seat.role, tested: seat.tested, apart: apart(view.area, area) }
        : { ...seat, caption, state: "empty", area: "", floor: true, floor_until: null, muted: false,
            locked: false, sources: [], hand: null };
    });
    for (const view of all) this.tellChange(view);
    this.stage.update(all);
    this.hall.show(all);
    const mine = known.get(this.me);
    if (mine) showHand(mine.hand);
    if (mine && this.own) this.own.silenced(mine.muted ? (mine.locked ? "locked" : "open") : "");
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
    this.hall.noticed(topic, body);
    if (this.exhibits.noticed(topic, body)) {
      // the exhibits have taken it
    } else if (topic === "hearing" || topic === "identify" || this.caucus.noticed(topic, body)) {
      void this.refresh();
    } else if (topic === "transcript") {
      if (body.line) this.transcript.apply(body);
      if (body.final) this.transcript.say("笔录已定稿，不能再改。");
      if (body.final) this.final();
    } else if (topic === "heard") {
      if (this.heard) this.heard.noticed(body);
    } else if (topic === "correction") {
      void this.transcript.refresh();
    } else if (topic === "call" && this.staff) {
      complain(`${body.caption} 请工作人员帮忙。`);
    } else if (topic === "agreement") {
      void this.agreement.refresh();
    }
  }

  /** The text can no longer be changed. */
  final() {
    this.state.transcript_final = true;
    this.transcript.freeze();
    if (this.editor) this.editor.lock();
    if (this.finished) this.afterwards();
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
    if (!this.own || this.finished || this.outside) return;
    const { rtt_ms: rttMs, loss } = this.stats;
    const quality = this.views.find((one) => one.seat === this.me)?.quality ?? "high";
    const sample = { open: this.linkState === "connected", attempt: this.link.attempt, rttMs, loss, quality };
    this.linkWords.take(sample, performance.now());
    this.stage.second(now);
    this.drawOwn();
    this.recording.second(this.state.hearing, this.seats, now);
  }

  drawOwn() {
    const view = this.views.find((one) => one.seat === this.me);
    const { own, link } = this;
    if (!own) return;
    const text = ownWords({
      camera: own.live("camera"),
      mic: own.live("mic"),
      connected: this.linkState === "connected" && link.mediaConnected,
      received: Boolean(view && view.state === "joined" && link.mediaConnected),
      floor: !view || (view.floor && !view.muted),
      unmutable: Boolean(view && view.floor && view.muted && !view.locked),
    });
    if (this.ownWords.textContent !== text) this.ownWords.textContent = text;
  }

  ended() {
    this.finished = true;
    element("prejoin", HTMLElement).hidden = true;
    element("waiting", HTMLElement).hidden = true;
    element("leave", HTMLButtonElement).hidden = true;
    element("ended", HTMLElement).hidden = false;
    element("recording-words", HTMLElement).textContent = "录音录像已停止";
    element("ended-words", HTMLElement).textContent = endWords(this.state.hearing);
    this.linkWords.show({ level: "good", text: "已结束" });
    this.afterwards();
    this.link.close();
  }

  /** The text is read over and made final after the end, so clerk and bench keep the record until then. */
  afterwards() {
    const open = this.staff && this.state.hearing.state !== "cancelled" && !this.state.transcript_final;
    const floor = element("floor", HTMLElement);
    if (!this.root.dataset.after) floor.hidden = !open;
    if (open) this.root.dataset.after = "record";
    if (!this.staff) return;
    const task = this.editor ? "请在下面核对全文，再按“笔录定稿”。" : "由书记员核对后定稿；更正请求请在下面决定。";
    element("ended-record", HTMLElement).textContent = open ? `笔录还没有定稿。${task}` : "笔录已定稿，可以到排期页生成笔录文书。";
  }
}

void new Room().start();
