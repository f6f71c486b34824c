// Sound and picture of a room over one peer connection after another: renewed by itself, labelled with seats, measured.

import { RelayServers } from "./link-ice.js";
import { Peer } from "./link-peer.js";

/** @typedef {import("./link-devices.js").OwnDevices} OwnDevices */
/** @typedef {import("./link-devices.js").Source} Source */
/** @typedef {import("./link-peer.js").SlotView} SlotView */
/** @typedef {import("./link-socket.js").RoomSocket} RoomSocket */
/** @typedef {{seat: string, source: Source, kind: "audio" | "video", stream: MediaStream,
 *   track: MediaStreamTrack}} RemoteTrack */
/** @typedef {{rtt_ms: number | null, loss: number | null, send_kbps: number, receive_kbps: number}} LinkStats */
/**
 * `tracks`: the set of incoming tracks is another. `stats`: every two seconds. `failed`: an answer was of no use.
 * `relayRefused`: in words, that no relay server can be used.
 * @typedef {{tracks: (tracks: RemoteTrack[]) => void, stats: (stats: LinkStats) => void,
 *   failed: () => void, relayRefused: (text: string) => void}} MediaListener
 */

const STATS_MS = 2000;
const DISCONNECTED_MS = 3000; // Chromium itself says `failed` only after 17 s
const CONNECT_MS = 10000; // a machine or a line that needs longer is given longer each time
const CONNECT_MOST_MS = 30000;
const AGAIN_MS = 500;
const OVERLAP_MS = 500;
const STALLED = 3; // measurements without a single byte

export class RoomMedia {
  /** @param {RoomSocket} socket @param {OwnDevices} devices @param {MediaListener} listener */
  constructor(socket, devices, listener) {
    this._socket = socket;
    this._devices = devices;
    this._listener = listener;
    /** @type {Peer | null} */
    this._current = null;
    /** @type {Peer | null} */
    this._next = null;
    /** @type {Map<string, MediaStream>} */
    this._streams = new Map();
    /** @type {import("./link-peer.js").Totals | null} */
    this._last = null;
    this._stalled = 0;
    this._timer = 0;
    this._relays = new RelayServers("");
    this._asking = false;
    this._patience = CONNECT_MS;
  }

  /** Starts measuring; the first connection is made by `renew`.
   * @param {string} iceUrl where relay servers are told, or nothing */
  open(iceUrl) {
    this._relays = new RelayServers(iceUrl);
    this._timer = setInterval(() => void this._measure(), STATS_MS);
  }

  close() {
    clearInterval(this._timer);
    this._discard(this._next);
    this._discard(this._current);
    this._current = null;
  }

  /** Whether packets can flow now. */
  get connected() {
    return this._current?.state === "connected";
  }

  /** Whether a renewal would gain nothing. */
  get healthy() {
    return ["connected", "connecting", "new"].includes(this._current?.state ?? "");
  }

  /** A new peer connection for the same seat; the old one plays on until the new one carries packets. */
  async renew() {
    if (!this._socket.standing || this._asking) return;
    if (this._next && performance.now() - this._next.born < this._patience) return;
    this._asking = true;
    const configuration = await this._relays.configuration();
    this._asking = false;
    if (!this._socket.standing) return;
    this._discard(this._next);
    const next = new Peer(this._devices.tracks, configuration);
    next.relayRefused = () => {
      this._relays.forget();
      this._listener.relayRefused("音视频中转服务没有接受这次连接，正在重试。一直连不上时请告诉书记员。");
    };
    this._next = next;
    next.tracked = () => {
      if (next === this._current) this._label();
    };
    next.changed = () => this._changed(next);
    let offer;
    try {
      offer = await next.offer();
    } catch {
      this._discard(next);
      return;
    }
    if (next !== this._next) return;
    const sends = offer.sends.map((one) => ({ ...one, live: this._devices.isLive(one.source) }));
    this._socket.send({ type: "offer", connection: next.name, sdp: offer.sdp, sends });
    setTimeout(() => {
      if (this._next !== next) return;
      this._discard(next);
      this._patience = Math.min(CONNECT_MOST_MS, this._patience * 1.5);
      void this.renew();
    }, this._patience);
  }

  /** @param {string} name @param {string} sdp */
  async answered(name, sdp) {
    const next = this._next;
    if (!next || next.name !== name) return;
    try {
      await next.answered(sdp);
    } catch {
      this._listener.failed();
      this._discard(next);
    }
  }

  /** The court says what the incoming m-lines carry. @param {string} name @param {SlotView[]} slots */
  slotted(name, slots) {
    for (const peer of [this._current, this._next]) {
      if (peer?.name === name) peer.slots = slots;
    }
    if (this._current?.name === name) this._label();
  }

  /** The court says which encodings somebody watches.
   * @param {string} name @param {{source: Source, high: boolean, low: boolean}[]} encodings */
  watched(name, encodings) {
    for (const peer of [this._current, this._next]) {
      if (peer?.name === name) peer.watched(encodings);
    }
  }

  /** What the court sees of a connection's packets: none at all, or not these sources.
   * @param {string} name @param {boolean} connected @param {Source[]} missing */
  seen(name, connected, missing) {
    for (const peer of [this._current, this._next]) {
      if (peer?.name === name) peer.missing = connected ? missing : null;
    }
    if (!connected && name === this._current?.name) void this.renew();
  }

  /** Whether the court says that it receives this source, or that nobody watches it. @param {Source} source */
  received(source) {
    return this.connected && this._current?.missing?.includes(source) === false;
  }

  /** The socket is back: an answer sent meanwhile was lost, and so was what this page said of its sources. */
  rejoined() {
    for (const source of this._devices.tracks.keys()) {
      this._socket.send({ type: "live", source, live: this._devices.isLive(source) });
    }
    const unanswered = this._next !== null && !this._next.answeredTo;
    if (unanswered) this._discard(this._next);
    this._patience = CONNECT_MS;
    if (unanswered || !this.healthy) void this.renew();
  }

  /** The own devices are others: sent in place of the former ones, or by a new connection. */
  async replaced() {
    let renew = false;
    for (const [source, track] of this._devices.tracks) {
      if (!(await this._current?.replace(source, track))) renew = true;
      this._socket.send({ type: "live", source, live: this._devices.isLive(source) });
    }
    if (renew) void this.renew();
  }

  /** @param {Peer} peer */
  _changed(peer) {
    const state = peer.state;
    if (state === "connected" && peer === this._next) {
      const older = this._current;
      this._current = peer;
      this._next = null;
      this._patience = CONNECT_MS;
      this._last = null;
      this._stalled = 0;
      this._label();
      if (older) setTimeout(() => this._discard(older), OVERLAP_MS);
    } else if (peer === this._current && state === "failed") {
      void this.renew();
    } else if (peer === this._current && state === "disconnected") {
      setTimeout(() => {
        if (peer === this._current && peer.state === "disconnected") void this.renew();
      }, DISCONNECTED_MS);
    } else if (peer === this._next && state === "failed") {
      this._discard(peer);
      setTimeout(() => void this.renew(), AGAIN_MS);
    }
  }

  /** @param {Peer | null} peer */
  _discard(peer) {
    if (this._next === peer) this._next = null;
    peer?.close();
  }

  /** Name the incoming tracks by seat; a seat's sound and picture share one stream. */
  _label() {
    const current = this._current;
    if (!current) return;
    /** @type {RemoteTrack[]} */
    const found = [];
    /** @type {Map<MediaStream, Set<MediaStreamTrack>>} */
    const members = new Map();
    for (const slot of current.slots) {
      const track = current.tracks.get(slot.mid);
      if (!track) continue;
      const own = slot.source === "mic" || slot.source === "camera";
      const key = own ? slot.seat : `${slot.seat}/${slot.source}`;
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
    this._listener.tracks(found);
  }

  async _measure() {
    const peer = this._current;
    const now = peer && (await peer.totals());
    if (!now) return;
    const before = this._last;
    this._last = now;
    if (!before || peer !== this._current) return;
    const seconds = (now.at - before.at) / 1000;
    const gone = Math.max(0, now.lost - before.lost);
    const came = Math.max(0, now.packets - before.packets);
    const loss = gone + came > 0 ? gone / (gone + came) : null;
    this._socket.loss = loss;
    this._socket.path = now.path;
    this._stalled = now.alive === before.alive ? this._stalled + 1 : 0;
    // Nothing at all for 6 s, not even an answer to ICE's own checks, while the socket lives: renew.
    if (this._stalled >= STALLED && this._socket.standing) {
      this._stalled = 0;
      void this.renew();
    }
    this._listener.stats({
      rtt_ms: this._socket.rtt,
      loss,
      send_kbps: Math.max(0, ((now.sent - before.sent) * 8) / 1000 / seconds),
      receive_kbps: Math.max(0, ((now.received - before.received) * 8) / 1000 / seconds),
    });
  }
}
