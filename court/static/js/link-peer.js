// One peer connection, used once: an offer, its answer, the slots it receives into, its figures. Never renegotiated.

import { randomName } from "./link-socket.js";

/** @typedef {import("./link-devices.js").Source} Source */
/** @typedef {{mid: string, kind: "audio" | "video", seat: string, source: Source}} SlotView */
/** @typedef {"direct" | "relay" | "relay_tcp"} Path */
/** Bytes and packets since the connection began, and the moment in ms; `alive` also counts answers to ICE's checks.
 * @typedef {{at: number, sent: number, received: number, lost: number, packets: number, alive: number,
 *   path: Path | null}} Totals */

const SLOTS = 5; // of each kind
const GATHER_MS = 1500;
const GATHER_RELAYED_MS = 6000; // without a relayed candidate there is nothing to offer
// Low first, as browsers fill them in this order when the uplink is thin; the RIDs are those of the answer.
/** @type {RTCRtpEncodingParameters[]} */
const ENCODINGS = [
  { rid: "l", scaleResolutionDownBy: 2, maxBitrate: 250_000, maxFramerate: 15 },
  { rid: "h", maxBitrate: 1_200_000 },
];
const TEMPORAL_LAYERS = "L1T2"; // so that a thin link can be given every other frame

export class Peer {
  /**
   * @param {Map<Source, MediaStreamTrack>} sources what this page sends
   * @param {RTCConfiguration} [configuration] relay servers and whether nothing else may be used
   */
  constructor(sources, configuration = {}) {
    this.name = randomName();
    this.born = performance.now();
    /** @type {SlotView[]} what the incoming m-lines carry now */
    this.slots = [];
    /** @type {Source[] | null} what the court does not receive of what it wants; null before it said so */
    this.missing = null;
    /** @type {Map<string, MediaStreamTrack>} incoming tracks by m-line */
    this.tracks = new Map();
    /** Called when an incoming track is there. */
    this.tracked = () => {};
    /** Called when `state` is another. */
    this.changed = () => {};
    /** Called when a relay server refused this page's credential. */
    this.relayRefused = () => {};
    this._pc = new RTCPeerConnection({ ...configuration, bundlePolicy: "max-bundle" });
    this._patience = configuration.iceTransportPolicy === "relay" ? GATHER_RELAYED_MS : GATHER_MS;
    this._pc.onicecandidateerror = (event) => {
      if (event.errorCode < 700) this.relayRefused(); // 7xx: a server that did not answer, another may
    };
    /** @type {Map<Source, RTCRtpSender>} */
    this._senders = new Map();
    this._pc.ontrack = (event) => {
      if (event.transceiver.mid !== null) this.tracks.set(event.transceiver.mid, event.track);
      this.tracked();
    };
    this._pc.onconnectionstatechange = () => this.changed();
    /** @type {Map<Source, Promise<void>>} changes of a sender, one after the other */
    this._changes = new Map();
    for (const [source, track] of sources) this._senders.set(source, this._sending(track).sender);
    for (const kind of ["audio", "video"]) {
      for (let i = 0; i < SLOTS; i += 1) only(this._pc.addTransceiver(kind, { direction: "recvonly" }), kind);
    }
  }

  /** A camera in two encodings, in one where the browser cannot. @param {MediaStreamTrack} track */
  _sending(track) {
    const direction = /** @type {const} */ ("sendonly");
    if (track.kind === "audio") {
      const encoding = /** @type {RTCRtpEncodingParameters} */ ({ priority: "high", networkPriority: "high" });
      return this._pc.addTransceiver(track, { direction, sendEncodings: [encoding] });
    }
    for (const sendEncodings of [
      ENCODINGS.map((one) => ({ ...one, scalabilityMode: TEMPORAL_LAYERS })),
      ENCODINGS,
      [{ maxBitrate: ENCODINGS[1].maxBitrate }],
    ]) {
      try {
        return only(this._pc.addTransceiver(track, { direction, sendEncodings }), "video");
      } catch {
        // Not known to this browser: the next plainer way.
      }
    }
    return only(this._pc.addTransceiver(track, { direction }), "video");
  }

  /** Whether the court has answered the offer. */
  get answeredTo() {
    return this._pc.remoteDescription !== null;
  }

  /** @returns {RTCPeerConnectionState} */
  get state() {
    return this._pc.connectionState;
  }

  /** @returns {Promise<{sdp: string | undefined, sends: {mid: string | null, source: Source}[]}>} */
  async offer() {
    const { sdp } = await this._pc.createOffer();
    try {
      await this._pc.setLocalDescription({ type: "offer", sdp: repairable(sdp ?? "") });
    } catch {
      await this._pc.setLocalDescription(); // a browser that takes its own words only
    }
    await this._gathered();
    const sends = [];
    for (const transceiver of this._pc.getTransceivers()) {
      for (const [source, sender] of this._senders) {
        if (transceiver.sender === sender) sends.push({ mid: transceiver.mid, source });
      }
    }
    return { sdp: this._pc.localDescription?.sdp, sends };
  }

  /** Host candidates come at once; nothing else is waited for long. */
  _gathered() {
    return /** @type {Promise<void>} */ (new Promise((resolve) => {
      const done = () => {
        if (this._pc.iceGatheringState === "complete") resolve();
      };
      this._pc.addEventListener("icegatheringstatechange", done);
      setTimeout(resolve, this._patience);
      done();
    }));
  }

  /** @param {string} sdp */
  answered(sdp) {
    return this._pc.setRemoteDescription({ type: "answer", sdp });
  }

  /**
   * Sends another track in place of the source's former one.
   * @param {Source} source @param {MediaStreamTrack} track
   * @returns {Promise<boolean>} false when this connection has no m-line for the source
   */
  async replace(source, track) {
    const sender = this._senders.get(source);
    if (sender) await sender.replaceTrack(track);
    return Boolean(sender);
  }

  /**
   * Sends only what somebody watches. @param {{source: Source, high: boolean, low: boolean}[]} wanted
   */
  watched(wanted) {
    for (const { source, high, low } of wanted) {
      const sender = this._senders.get(source);
      if (!sender) continue;
      const change = async () => {
        const parameters = sender.getParameters();
        for (const encoding of parameters.encodings) {
          encoding.active = encoding.rid === "h" ? high : encoding.rid === "l" ? low : high || low;
        }
        await sender.setParameters(parameters).catch(() => undefined); // closed meanwhile, or not able to
      };
      this._changes.set(source, (this._changes.get(source) ?? Promise.resolve()).then(change));
    }
  }

  /** @returns {Promise<Totals | null>} null when the connection is gone */
  async totals() {
    let sent = 0, received = 0, lost = 0, packets = 0, alive = 0;
    /** @type {Path | null} */
    let path = null;
    /** @type {RTCStatsReport} */
    let report;
    try {
      report = await this._pc.getStats();
    } catch {
      return null;
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
        path = wayOf(report.get(item.localCandidateId)) ?? path;
      }
    });
    return { at: performance.now(), sent, received, lost, packets, alive, path };
  }

  close() {
    this._pc.onconnectionstatechange = null;
    this._pc.ontrack = null;
    this._pc.onicecandidateerror = null;
    this._pc.close();
  }
}

/** @param {any} local the own candidate of the pair in use @returns {Path | null} null where the browser does not say */
function wayOf(local) {
  if (!local) return null;
  if (local.candidateType !== "relay") return "direct";
  return local.relayProtocol === "udp" || !local.relayProtocol ? "relay" : "relay_tcp";
}

/**
 * Keeps the offer short: no codec that the court would refuse.
 * @param {RTCRtpTransceiver} transceiver @param {string} kind
 */
function only(transceiver, kind) {
  if (kind !== "video" || !("setCodecPreferences" in transceiver)) return transceiver;
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const kept = codecs.filter((codec) => /^video\/(vp8|rtx)$/i.test(codec.mimeType));
  if (kept.length) transceiver.setCodecPreferences(kept);
  return transceiver;
}

/** Lost sound is asked for again: browsers do so when it is in the offer, but do not offer it. @param {string} sdp */
function repairable(sdp) {
  return sdp.replace(/a=rtpmap:(\d+) opus\/48000\/2\r\n(?!a=rtcp-fb:\1 nack\r\n)/g, "$&a=rtcp-fb:$1 nack\r\n");
}
