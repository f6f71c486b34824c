// The page's link to a room: one WebSocket, one peer connection, both renewed by themselves. No user interface.
// The protocol is described in docs/protocol.md.

/** @typedef {"mic" | "camera" | "document"} Source */
/** @typedef {{source: Source, live: boolean}} SourceView */
/** @typedef {{seat: string, name: string, caption: string, role: string, state: "joined" | "lost" | "left" | "empty",
 *   floor: boolean, sources: SourceView[], hand: number | null}} SeatView */
/** @typedef {{mid: string, kind: "audio" | "video", seat: string, source: Source}} SlotView */
/** @typedef {{seat: string, source: Source, kind: "audio" | "video", stream: MediaStream, track: MediaStreamTrack}} RemoteTrack */
/** @typedef {{phase: string, reason: string, recording: boolean, seats: SeatView[]}} RoomView */
/** `true` is any device of the kind, a string is a device id. */
/** @typedef {{audio?: boolean | string, video?: boolean | string, documentCamera?: string | null}} LinkOptions */
/** @typedef {"connecting" | "connected" | "reconnecting" | "taken_over" | "closed"} LinkState */
/** @typedef {"permission" | "not_found" | "in_use" | "insecure" | "unplugged" | "failed"} DeviceFault */
/** @typedef {{name: string, pc: RTCPeerConnection, slots: SlotView[], tracks: Map<string, MediaStreamTrack>,
 *   senders: Map<Source, RTCRtpSender>, born: number}} Connection */

const PROTOCOL = 1;
const SLOTS = 5;
const PING_MS = 2000;
const STATS_MS = 2000;
const SILENCE_MS = 6500; // three pings without an answer
const BACKOFF_MS = { least: 500, most: 5000 };
const DISCONNECTED_MS = 3000; // Chromium itself says `failed` only after 17 s
const CONNECT_MS = 10000;
const GATHER_MS = 1500;
const CAMERA_BITS_PER_S = 1_200_000;
/** Close codes after which this page must not come back by itself. */
const FINAL = new Map([[4001, "taken_over"], [4003, "closed"], [4005, "closed"]]);

const token = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
};

/** @param {unknown} error @returns {DeviceFault} */
const faultOf = (error) => {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "permission";
    case "NotFoundError":
    case "OverconstrainedError":
      return "not_found";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    default:
      return "failed";
  }
};

/**
 * Events, each a CustomEvent with `detail`:
 * - `state`   {connection: LinkState, code?: number}
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
    this.page = token();
    /** @type {LinkState} */
    this.connection = "closed";
    /** @type {RoomView} */
    this.room = { phase: "waiting", reason: "", recording: false, seats: [] };
    /** The own devices. */
    this.localStream = new MediaStream();
    /** @type {string} */
    this.seat = "";
    /** Court's clock minus ours, in ms. */
    this.clockOffsetMs = 0;
    this._url = "";
    /** @type {LinkOptions} */
    this._options = {};
    /** @type {Map<Source, MediaStreamTrack>} */
    this._devices = new Map();
    /** @type {Map<Source, boolean>} */
    this._live = new Map();
    /** @type {WebSocket | null} */
    this._ws = null;
    this._welcome = false;
    /** @type {number | null} */
    this._seq = null;
    this._tries = 0;
    this._pings = 0;
    this._heard = 0;
    /** @type {Map<number, number>} */
    this._pinged = new Map();
    /** @type {number | null} */
    this._rtt = null;
    /** @type {number | null} */
    this._loss = null;
    /** @type {Connection | null} */
    this._current = null;
    /** @type {Connection | null} */
    this._next = null;
    /** @type {Map<string, MediaStream>} */
    this._streams = new Map();
    /** @type {{at: number, sent: number, received: number, lost: number, packets: number, alive: number} | null} */
    this._last = null;
    this._stalled = 0;
    this._timers = new Set();
    this._retry = 0;
    this._stopped = true;
    this._onDevices = () => void this._replug();
    this._onOnline = () => this._hurry();
  }

  /**
   * Open the devices and join. Resolves once the devices are settled; the link then keeps itself up.
   * @param {string} url WebSocket address (ws, wss, or a path of this page's origin)
   * @param {LinkOptions} [options]
   */
  async connect(url, options = {}) {
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this._url = address.href;
    this._options = options;
    this._stopped = false;
    this._become("connecting");
    await this._acquireAll();
    if (this._stopped) return;
    this._open();
    this._timers.add(setInterval(() => this._ping(), PING_MS));
    this._timers.add(setInterval(() => void this._measure(), STATS_MS));
    navigator.mediaDevices?.addEventListener("devicechange", this._onDevices);
    addEventListener("online", this._onOnline);
  }

  /** Mute or switch off, or back on; the court also drops packets of a source that is not live.
   * @param {Source} source @param {boolean} live */
  setLive(source, live) {
    this._live.set(source, live);
    const track = this._devices.get(source);
    if (track) track.enabled = live;
    this._send({ type: "live", source, live });
  }

  /** @param {Source} source */
  isLive(source) {
    return this._devices.has(source) && this._live.get(source) !== false;
  }

  /** @param {boolean} raised */
  raiseHand(raised) {
    this._send({ type: "hand", raised });
  }

  /** Give or take a seat's word (moderators only). @param {string} seat @param {boolean} allowed */
  floor(seat, allowed) {
    this._send({ type: "floor", seat, allowed });
  }

  /** Give the seat up and close. */
  leave() {
    this._send({ type: "leave" });
    this.close();
  }

  /** Close without a farewell: the seat is kept. */
  close() {
    if (!this._stopped) this._end("closed");
  }

  // -- devices

  async _acquireAll() {
    const o = this._options;
    /** @type {[Source, boolean | string | null | undefined][]} */
    const wanted = [["mic", o.audio], ["camera", o.video], ["document", o.documentCamera]];
    for (const [source, device] of wanted) {
      if (device) await this._acquire(source, device);
    }
  }

  /** @param {Source} source @param {boolean | string} device */
  async _acquire(source, device) {
    if (!isSecureContext || !navigator.mediaDevices) {
      this._tell("device", { name: "insecure", source });
      return;
    }
    const deviceId = typeof device === "string" ? { deviceId: { exact: device } } : {};
    const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
    const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        source === "mic" ? { audio: { ...sound, ...deviceId } } : { video: { ...picture, ...deviceId } },
      );
      this._plug(source, stream.getTracks()[0]);
    } catch (error) {
      this._tell("device", { name: faultOf(error), source });
    }
  }

  /** @param {Source} source @param {MediaStreamTrack} track */
  _plug(source, track) {
    if (this._stopped) {
      track.stop();
      return;
    }
    const older = this._devices.get(source);
    if (older) {
      older.stop();
      this.localStream.removeTrack(older);
    }
    track.enabled = this._live.get(source) !== false;
    if (source === "document") track.contentHint = "detail";
    this._devices.set(source, track);
    this.localStream.addTrack(track);
    track.addEventListener("ended", () => {
      if (this._devices.get(source) !== track) return;
      this._devices.delete(source);
      this.localStream.removeTrack(track);
      this._send({ type: "live", source, live: false });
      this._tell("device", { name: "unplugged", source });
      this._tell("local", this.localStream);
    });
    this._tell("local", this.localStream);
  }

  /** A device was plugged in: take it up where one is missing. */
  async _replug() {
    const o = this._options;
    const before = this._devices.size;
    if (o.audio && !this._devices.has("mic")) await this._acquire("mic", o.audio);
    if (o.video && !this._devices.has("camera")) await this._acquire("camera", o.video);
    if (o.documentCamera && !this._devices.has("document")) await this._acquire("document", o.documentCamera);
    if (this._devices.size === before) return;
    let renew = false;
    for (const [source, track] of this._devices) {
      const sender = this._current?.senders.get(source);
      if (sender) await sender.replaceTrack(track);
      else renew = true;
      this._send({ type: "live", source, live: this.isLive(source) });
    }
    if (renew) void this._offer();
  }

  // -- the socket

  _open() {
    if (this._stopped || this._ws) return;
    const ws = new WebSocket(this._url);
    this._ws = ws;
    this._welcome = false;
    this._heard = performance.now();
    ws.onopen = () => {
      this._heard = performance.now();
      ws.send(JSON.stringify({ type: "hello", page: this.page, protocol: PROTOCOL, last_seq: this._seq }));
    };
    ws.onmessage = (event) => {
      if (this._ws === ws) this._receive(JSON.parse(event.data));
    };
    ws.onclose = (event) => {
      if (this._ws === ws) this._lost(event.code);
    };
  }

  /** @param {number} code */
  _lost(code) {
    this._ws = null;
    this._welcome = false;
    if (this._stopped) return;
    const final = FINAL.get(code);
    if (final) {
      this._end(/** @type {LinkState} */ (final), code);
      return;
    }
    this._become("reconnecting", code);
    const wait = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** this._tries);
    this._tries += 1;
    clearTimeout(this._retry);
    this._retry = setTimeout(() => this._open(), wait * (0.75 + Math.random() / 2));
  }

  /** The network came back: do not wait for the back-off. */
  _hurry() {
    this._tries = 0;
    if (!this._ws) {
      clearTimeout(this._retry);
      this._open();
    }
  }

  _ping() {
    const ws = this._ws;
    if (!ws) return;
    if (performance.now() - this._heard > SILENCE_MS) {
      ws.close();
      this._lost(1006); // the browser itself may take minutes to notice
      return;
    }
    if (!this._welcome) return;
    const n = this._pings++;
    this._pinged.set(n, performance.now());
    for (const old of this._pinged.keys()) if (old < n - 8) this._pinged.delete(old);
    this._send({ type: "ping", n, rtt_ms: this._rtt, loss: this._loss });
  }

  /** @param {object} message */
  _send(message) {
    if (this._welcome && this._ws?.readyState === WebSocket.OPEN) this._ws.send(JSON.stringify(message));
  }

  /** @param {any} message */
  _receive(message) {
    this._heard = performance.now();
    if (typeof message.seq === "number") {
      if (message.type !== "state" && this._seq !== null && message.seq <= this._seq) return;
      if (message.type !== "state" && this._seq !== null && message.seq > this._seq + 1) {
        this._ws?.close(); // something is missing: ask for it by a new hello
        return;
      }
      this._seq = message.seq;
    }
    switch (message.type) {
      case "welcome":
        this.seat = message.seat;
        this._welcome = true;
        this._tries = 0;
        this._become("connected");
        if (!message.resumed || !this._healthy()) void this._offer();
        break;
      case "state":
        this._show({
          phase: message.phase, reason: message.reason, recording: message.recording, seats: message.seats,
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
      case "notice":
        this._tell("notice", { seq: message.seq, topic: message.topic, body: message.body });
        break;
      case "answer":
        void this._answered(message.connection, message.sdp);
        break;
      case "slots":
        this._slots(message.connection, message.slots);
        break;
      case "media":
        if (!message.connected && message.connection === this._current?.name) void this._offer();
        break;
      case "pong":
        this._ponged(message);
        break;
      case "error":
        this._tell("refused", { code: message.code, text: message.text, about: message.about });
        break;
      default: // `taken_over` is followed by its close code
    }
  }

  /** @param {{n: number, at: number}} pong */
  _ponged(pong) {
    const at = this._pinged.get(pong.n);
    if (at === undefined) return;
    this._pinged.delete(pong.n);
    this._rtt = performance.now() - at;
    this.clockOffsetMs = pong.at * 1000 + this._rtt / 2 - Date.now();
  }

  /** @param {SeatView} seat */
  _withSeat(seat) {
    const seats = this.room.seats.slice();
    const at = seats.findIndex((s) => s.seat === seat.seat);
    if (at < 0) seats.push(seat);
    else seats[at] = seat;
    return seats;
  }

  // -- media

  _healthy() {
    const state = this._current?.pc.connectionState;
    return state === "connected" || state === "connecting" || state === "new";
  }

  /** A new peer connection for the same seat; the old one plays on until the new one carries packets. */
  async _offer() {
    if (this._stopped || !this._welcome) return;
    if (this._next && performance.now() - this._next.born < CONNECT_MS) return;
    this._discard(this._next);
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    /** @type {Connection} */
    const next = {
      name: token(), pc, slots: [], tracks: new Map(), senders: new Map(), born: performance.now(),
    };
    this._next = next;
    pc.ontrack = (event) => {
      if (event.transceiver.mid !== null) next.tracks.set(event.transceiver.mid, event.track);
      if (next === this._current) this._retrack();
    };
    pc.onconnectionstatechange = () => this._changed(next);
    for (const [source, track] of this._devices) {
      const encoding = source === "mic" ? {} : { maxBitrate: CAMERA_BITS_PER_S };
      const transceiver = pc.addTransceiver(track, { direction: "sendonly", sendEncodings: [encoding] });
      next.senders.set(source, transceiver.sender);
    }
    for (const kind of ["audio", "video"]) {
      for (let i = 0; i < SLOTS; i += 1) pc.addTransceiver(kind, { direction: "recvonly" });
    }
    try {
      await pc.setLocalDescription();
      await this._gathered(pc);
    } catch {
      this._discard(next);
      return;
    }
    if (next !== this._next) return;
    const sends = [];
    for (const transceiver of pc.getTransceivers()) {
      for (const [source, sender] of next.senders) {
        if (transceiver.sender === sender) sends.push({ mid: transceiver.mid, source, live: this.isLive(source) });
      }
    }
    this._send({ type: "offer", connection: next.name, sdp: pc.localDescription?.sdp, sends });
    setTimeout(() => {
      if (this._next === next && !this._stopped) {
        this._discard(next);
        void this._offer();
      }
    }, CONNECT_MS);
  }

  /** Host candidates come at once; nothing else is waited for long. @param {RTCPeerConnection} pc */
  _gathered(pc) {
    return /** @type {Promise<void>} */ (new Promise((resolve) => {
      const done = () => {
        if (pc.iceGatheringState === "complete") resolve();
      };
      pc.addEventListener("icegatheringstatechange", done);
      setTimeout(resolve, GATHER_MS);
      done();
    }));
  }

  /** @param {string} name @param {string} sdp */
  async _answered(name, sdp) {
    const next = this._next;
    if (!next || next.name !== name) return;
    try {
      await next.pc.setRemoteDescription({ type: "answer", sdp });
    } catch {
      this._tell("refused", { code: "media.answer", text: "音视频连接未能建立，正在重试。", about: "answer" });
      this._discard(next);
    }
  }

  /** @param {Connection} connection */
  _changed(connection) {
    const state = connection.pc.connectionState;
    if (state === "connected" && connection === this._next) {
      const older = this._current;
      this._current = connection;
      this._next = null;
      this._last = null;
      this._stalled = 0;
      this._retrack();
      if (older) setTimeout(() => this._discard(older), 500);
    } else if (connection === this._current && state === "failed") {
      void this._offer();
    } else if (connection === this._current && state === "disconnected") {
      setTimeout(() => {
        if (connection === this._current && connection.pc.connectionState === "disconnected") void this._offer();
      }, DISCONNECTED_MS);
    } else if (connection === this._next && state === "failed") {
      this._discard(connection);
      setTimeout(() => void this._offer(), BACKOFF_MS.least);
    }
  }

  /** @param {Connection | null} connection */
  _discard(connection) {
    if (!connection) return;
    if (this._next === connection) this._next = null;
    connection.pc.onconnectionstatechange = null;
    connection.pc.ontrack = null;
    connection.pc.close();
  }

  /** @param {string} name @param {SlotView[]} slots */
  _slots(name, slots) {
    for (const connection of [this._current, this._next]) {
      if (connection?.name === name) connection.slots = slots;
    }
    if (this._current?.name === name) this._retrack();
  }

  /** Label the incoming tracks with their seats. */
  _retrack() {
    const current = this._current;
    if (!current) return;
    /** @type {RemoteTrack[]} */
    const found = [];
    /** @type {Map<MediaStream, Set<MediaStreamTrack>>} */
    const members = new Map();
    for (const slot of current.slots) {
      const track = current.tracks.get(slot.mid);
      if (!track) continue;
      const key = slot.source === "document" ? `${slot.seat}/document` : slot.seat;
      let stream = this._streams.get(key);
      if (!stream) this._streams.set(key, (stream = new MediaStream()));
      if (!members.has(stream)) members.set(stream, new Set());
      members.get(stream)?.add(track);
      found.push({ seat: slot.seat, source: slot.source, kind: slot.kind, stream, track });
    }
    for (const [key, stream] of this._streams) {
      const wanted = members.get(stream) ?? new Set();
      for (const track of stream.getTracks()) if (!wanted.has(track)) stream.removeTrack(track);
      for (const track of wanted) stream.addTrack(track);
      if (!wanted.size) this._streams.delete(key);
    }
    this._tell("tracks", found);
  }

  // -- figures

  async _measure() {
    const connection = this._current;
    if (!connection) return;
    let sent = 0, received = 0, lost = 0, packets = 0, alive = 0;
    /** @type {RTCStatsReport} */
    let report;
    try {
      report = await connection.pc.getStats();
    } catch {
      return;
    }
    report.forEach((item) => {
      if (item.type === "outbound-rtp") sent += item.bytesSent ?? 0;
      if (item.type === "inbound-rtp") {
        received += item.bytesReceived ?? 0;
        lost += item.packetsLost ?? 0;
        packets += item.packetsReceived ?? 0;
      }
      if (item.type === "candidate-pair" && item.nominated) {
        alive += (item.bytesReceived ?? 0) + (item.responsesReceived ?? 0);
      }
    });
    const at = performance.now();
    const before = this._last;
    this._last = { at, sent, received, lost, packets, alive };
    if (!before || connection !== this._current) return;
    const seconds = (at - before.at) / 1000;
    const gone = Math.max(0, lost - before.lost);
    const came = Math.max(0, packets - before.packets);
    this._loss = gone + came > 0 ? gone / (gone + came) : null;
    this._stalled = alive === before.alive ? this._stalled + 1 : 0;
    // Nothing at all for 6 s, not even an answer to ICE's own checks, while the socket lives: renew.
    if (this._stalled >= 3 && this._welcome) {
      this._stalled = 0;
      void this._offer();
    }
    this._tell("stats", {
      rtt_ms: this._rtt,
      loss: this._loss,
      send_kbps: Math.max(0, ((sent - before.sent) * 8) / 1000 / seconds),
      receive_kbps: Math.max(0, ((received - before.received) * 8) / 1000 / seconds),
    });
  }

  // -- telling

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

  /** @param {LinkState} connection @param {number} [code] */
  _end(connection, code) {
    this._stopped = true;
    for (const timer of this._timers) clearInterval(timer);
    this._timers.clear();
    clearTimeout(this._retry);
    navigator.mediaDevices?.removeEventListener("devicechange", this._onDevices);
    removeEventListener("online", this._onOnline);
    this._discard(this._next);
    this._discard(this._current);
    this._current = null;
    for (const track of this._devices.values()) track.stop();
    this._devices.clear();
    for (const track of this.localStream.getTracks()) this.localStream.removeTrack(track);
    const ws = this._ws;
    this._ws = null;
    ws?.close();
    this._become(connection, code);
  }

  /** @param {string} name @param {unknown} detail */
  _tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
