// The page's link to a room: what the room looks like, and sound and picture, kept up by itself. No user interface.
// The protocol is described in docs/protocol.md.

import { OwnDevices } from "./link-devices.js";
import { RoomMedia } from "./link-media.js";
import { RoomSocket } from "./link-socket.js";

/** @typedef {import("./link-devices.js").Source} Source */
/** @typedef {import("./link-devices.js").DeviceFault} DeviceFault */
/** @typedef {import("./link-media.js").RemoteTrack} RemoteTrack */
/** @typedef {{source: Source, live: boolean}} SourceView */
/** @typedef {{seat: string, name: string, caption: string, role: string, state: "joined" | "lost" | "left" | "empty",
 *   area: string, floor: boolean, floor_until: number | null, muted: boolean, locked: boolean, sources: SourceView[],
 *   hand: number | null, interprets: string | null, channel: Channel, quality: Quality, held: boolean}} SeatView seconds since 1970 */
/** What the seat's link carries of pictures. @typedef {"high" | "low" | "still" | "sound"} Quality */
/** @typedef {"auto" | "grid" | "speaker" | "evidence"} Layout */
/** @typedef {"floor" | "interpreter" | "both"} Channel */
/**
 * `opens_at`: seconds since 1970, while a countdown runs. In the lobby `seats` is the own seat alone.
 * @typedef {{phase: string, reason: string, recording: boolean, seats: SeatView[], stage: string,
 *   opens_at: number | null, spotlight: {seat: string, source: Source} | null, layout: Layout}} RoomView
 */
/**
 * `stream`: devices that are open already; the link owns them from now on, and the wishes only serve to take a device
 * up again after its plug was pulled. `stateUrl`: an address that answers 401 to who is no longer let in. `iceUrl`: where
 * the relay servers and a credential for them are told; none without it.
 * @typedef {import("./link-devices.js").DeviceWishes & {stream?: MediaStream, stateUrl?: string, iceUrl?: string}}
 *   LinkOptions
 */
/** @typedef {"connecting" | "connected" | "reconnecting" | "elsewhere" | import("./link-socket.js").Ending} LinkState */

/**
 * Events, each a CustomEvent with `detail`:
 * - `state`   {connection: LinkState, code?: number}; an `Ending` is the last one; `elsewhere` waits for takeOver()
 * - `room`    RoomView, whenever anything in it changes
 * - `tracks`  RemoteTrack[], whenever the set changes; a seat's sound and picture share one MediaStream
 * - `notice`  {seq, topic, body}, in order, each once
 * - `stats`   {rtt_ms, loss, send_kbps, receive_kbps}, every two seconds; null where unknown
 * - `device`  {name: DeviceFault, source}; the link goes on without that device
 * - `local`   MediaStream, when the own devices change
 * - `refused` {code, text, about}, the court's words for a message it did not accept
 */
export class Link extends EventTarget {
  constructor() {
    super();
    /** @type {LinkState} */
    this.connection = "closed";
    /** @type {RoomView} */
    this.room = {
      phase: "waiting", reason: "", recording: false, seats: [], stage: "", opens_at: null, spotlight: null,
      layout: "auto",
    };
    /** @type {string} */
    this.seat = "";
    this._stopped = true;
    /** @type {{hidden: boolean, large: {seat: string, source: Source}[] | null} | null} */
    this._watch = null;
    this._socket = new RoomSocket({
      message: (message) => this._receive(message),
      lost: (code) => this._become("reconnecting", code),
      elsewhere: () => this._become("elsewhere"),
      ended: (ending, code) => this._end(ending, code),
    });
    this._devices = new OwnDevices({
      changed: () => this._tell("local", this.localStream),
      fault: (name, source) => this._tell("device", { name, source }),
      gone: (source) => this._socket.send({ type: "live", source, live: false }),
      came: () => void this._media.replaced(),
    });
    this._media = new RoomMedia(this._socket, this._devices, {
      tracks: (tracks) => this._tell("tracks", tracks),
      stats: (stats) => this._tell("stats", stats),
      failed: () => {
        const text = "音视频连接未能建立，正在重试。";
        this._tell("refused", { code: "media.answer", text, about: "answer" });
      },
      relayRefused: (text) => this._tell("refused", { code: "media.relay", text, about: "offer" }),
    });
  }

  /** The own devices. */
  get localStream() {
    return this._devices.stream;
  }

  /** Whether packets can flow now. */
  get mediaConnected() {
    return this._media.connected;
  }

  /** Whether the court says that it receives this source, or that nobody is to see it. @param {Source} source */
  received(source) {
    return this._media.received(source);
  }

  /** Number of the running reconnection, from 1; 0 while the link stands. */
  get attempt() {
    return this._socket.attempt;
  }

  /** Court's clock minus ours, in ms. */
  get clockOffsetMs() {
    return this._socket.clockOffsetMs;
  }

  /**
   * Open the devices and join. Resolves once the devices are settled; the link then keeps itself up.
   * @param {string} url WebSocket address (ws, wss, or a path of this page's origin)
   * @param {LinkOptions} [options]
   */
  async connect(url, options = {}) {
    this._stopped = false;
    this._become("connecting");
    await this._devices.open(options, options.stream);
    if (this._stopped) return;
    this._socket.open(url, options.stateUrl ?? "");
    this._media.open(options.iceUrl ?? "");
  }

  /** Mute or switch off, or back on; the court also drops packets of a source that is not live.
   * @param {Source} source @param {boolean} live */
  setLive(source, live) {
    this._devices.setLive(source, live);
    this._socket.send({ type: "live", source, live });
  }

  /** @param {Source} source */
  isLive(source) {
    return this._devices.isLive(source);
  }

  /** The document camera on (any, or this device) or off. @param {string | boolean | null} device */
  document(device) {
    return this._devices.document(device);
  }

  /** @param {boolean} raised */
  raiseHand(raised) {
    this._socket.send({ type: "hand", raised });
  }

  /** Open the own microphone again after the bench muted it; refused while it is locked. */
  unmute() {
    this._socket.send({ type: "unmute" });
  }

  /** What is heard where somebody interprets. @param {Channel} channel */
  listenTo(channel) {
    this._socket.send({ type: "listen", channel });
  }

  /** In the state `elsewhere`: go on here; the other page is told. */
  takeOver() {
    this._become("connecting");
    this._socket.takeOver();
  }

  /**
   * What the page shows: nothing while `hidden`; the `large` pictures, the main one first, before the small ones.
   * @param {{hidden: boolean, large: {seat: string, source: Source}[] | null}} watch
   */
  watch(watch) {
    this._watch = watch;
    this._socket.send({ type: "watch", ...watch });
  }

  /** Give the seat up and close. */
  leave() {
    this._socket.send({ type: "leave" });
    this.close();
  }

  /** Close without a farewell: the seat is kept. */
  close() {
    if (!this._stopped) this._end("closed");
  }

  /** @param {any} message */
  _receive(message) {
    switch (message.type) {
      case "welcome":
        this.seat = message.seat;
        this._become("connected");
        if (message.resumed) this._media.rejoined();
        else void this._media.renew();
        if (this._watch) this.watch(this._watch);
        break;
      case "state":
        this._show({
          phase: message.phase, reason: message.reason, recording: message.recording, seats: message.seats,
          stage: message.stage, opens_at: message.opens_at, spotlight: message.spotlight, layout: message.layout,
        });
        break;
      case "seat":
        this._show({ seats: this._withSeat(message.seat) });
        break;
      case "gone":
        this._show({ seats: this.room.seats.filter((s) => s.seat !== message.seat) });
        break;
      case "phase":
        this._show({ phase: message.phase, reason: message.reason });
        break;
      case "recording":
        this._show({ recording: message.on });
        break;
      case "stage":
        this._show({ stage: message.code });
        break;
      case "countdown":
        this._show({ opens_at: message.opens_at });
        break;
      case "arranged":
        this._show({ spotlight: message.spotlight, layout: message.layout });
        break;
      case "notice":
        this._tell("notice", { seq: message.seq, topic: message.topic, body: message.body });
        break;
      case "answer":
        void this._media.answered(message.connection, message.sdp);
        break;
      case "slots":
        this._media.slotted(message.connection, message.slots);
        break;
      case "encodings":
        this._media.watched(message.connection, message.encodings);
        break;
      case "media":
        this._media.seen(message.connection, message.connected, message.missing);
        break;
      case "error":
        this._tell("refused", { code: message.code, text: message.text, about: message.about });
        break;
      default: // `taken_over` is followed by its close code
    }
  }

  /** @param {SeatView} seat */
  _withSeat(seat) {
    const seats = this.room.seats.slice();
    const at = seats.findIndex((s) => s.seat === seat.seat);
    if (at < 0) seats.push(seat);
    else seats[at] = seat;
    return seats;
  }

  /** @param {Partial<RoomView>} change */
  _show(change) {
    this.room = { ...this.room, ...change };
    this._tell("room", this.room);
  }

  /** @param {LinkState} connection @param {number} [code] */
  _become(connection, code) {
    if (connection === this.connection) return;
    this.connection = connection;
    this._tell("state", { connection, code });
  }

  /** @param {import("./link-socket.js").Ending} ending @param {number} [code] */
  _end(ending, code) {
    this._stopped = true;
    this._media.close();
    this._devices.close();
    this._socket.close();
    this._become(ending, code);
  }

  /** @param {string} name @param {unknown} detail */
  _tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
