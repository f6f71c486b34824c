// The own microphone, cameras and document camera: opened, muted, taken up again after a pulled plug. No network.

/** `room` looks at the whole place. @typedef {"mic" | "camera" | "room" | "document"} Source */
/** @typedef {"permission" | "not_found" | "in_use" | "insecure" | "unplugged" | "failed"} DeviceFault */
/** `true` is any device of the kind, a string is a device id; falsy is none.
 * @typedef {{audio?: boolean | string, video?: boolean | string, documentCamera?: string | null,
 *   roomCamera?: string | null}} DeviceWishes */
/**
 * `changed`: the own stream is another. `fault`: a device is missing, the others go on. `gone`: a source stopped by
 * itself. `came`: a source that was missing is there now.
 * @typedef {{changed: () => void, fault: (name: DeviceFault, source: Source) => void,
 *   gone: (source: Source) => void, came: () => void}} DevicesListener
 */

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

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

/** At most one track per source. */
export class OwnDevices {
  /** @param {DevicesListener} listener */
  constructor(listener) {
    this.stream = new MediaStream();
    /** @type {Map<Source, MediaStreamTrack>} */
    this.tracks = new Map();
    /** @type {Map<Source, boolean>} */
    this._live = new Map();
    this._listener = listener;
    /** @type {[Source, boolean | string | null | undefined][]} */
    this._wishes = [];
    this._closed = true;
    this._onPlugged = () => void this._takeUp();
  }

  /**
   * @param {DeviceWishes} wishes
   * @param {MediaStream} [opened] tracks that are open already, owned here from now on. What it lacks was refused
   *   before and is not asked for again until a device is plugged in.
   */
  async open(wishes, opened) {
    this._closed = false;
    this._wishes = [["mic", wishes.audio], ["camera", wishes.video], ["room", wishes.roomCamera]];
    this._wishes.push(["document", wishes.documentCamera]);
    if (opened) {
      for (const track of opened.getTracks()) this._plug(track.kind === "audio" ? "mic" : "camera", track);
      if (wishes.roomCamera) await this._acquire("room", wishes.roomCamera);
    } else {
      await this._acquireMissing();
    }
    if (!this._closed) navigator.mediaDevices?.addEventListener("devicechange", this._onPlugged);
  }

  close() {
    this._closed = true;
    navigator.mediaDevices?.removeEventListener("devicechange", this._onPlugged);
    for (const track of this.tracks.values()) track.stop();
    this.tracks.clear();
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
  }

  /** @param {Source} source @param {boolean} live */
  setLive(source, live) {
    this._live.set(source, live);
    const track = this.tracks.get(source);
    if (track) track.enabled = live;
  }

  /** @param {Source} source @returns {boolean} whether it is there and switched on */
  isLive(source) {
    return this.tracks.has(source) && this._live.get(source) !== false;
  }

  async _acquireMissing() {
    for (const [source, device] of this._wishes) {
      if (device && !this.tracks.has(source)) await this._acquire(source, device);
    }
  }

  /** @param {Source} source @param {boolean | string} device */
  async _acquire(source, device) {
    if (!isSecureContext || !navigator.mediaDevices) {
      this._listener.fault("insecure", source);
      return;
    }
    const deviceId = typeof device === "string" ? { deviceId: { exact: device } } : {};
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        source === "mic" ? { audio: { ...SOUND, ...deviceId } } : { video: { ...PICTURE, ...deviceId } },
      );
      this._plug(source, stream.getTracks()[0]);
    } catch (error) {
      this._listener.fault(faultOf(error), source);
    }
  }

  /** @param {Source} source @param {MediaStreamTrack} track */
  _plug(source, track) {
    if (this._closed) {
      track.stop();
      return;
    }
    const older = this.tracks.get(source);
    if (older) {
      older.stop();
      this.stream.removeTrack(older);
    }
    track.enabled = this._live.get(source) !== false;
    if (source === "document") track.contentHint = "detail";
    this.tracks.set(source, track);
    this.stream.addTrack(track);
    track.addEventListener("ended", () => this._ended(source, track));
    this._listener.changed();
  }

  /** @param {Source} source @param {MediaStreamTrack} track */
  _ended(source, track) {
    if (this.tracks.get(source) !== track) return;
    this.tracks.delete(source);
    this.stream.removeTrack(track);
    this._listener.gone(source);
    this._listener.fault("unplugged", source);
    this._listener.changed();
  }

  /** The document camera on (any, or this device) or off while joined. @param {string | boolean | null} device */
  async document(device) {
    this._wishes = [...this._wishes.filter(([source]) => source !== "document"), ["document", device]];
    const track = this.tracks.get("document");
    if (device) {
      await this._takeUp();
    } else if (track) {
      track.stop();
      this.tracks.delete("document");
      this.stream.removeTrack(track);
      this._listener.gone("document");
      this._listener.changed();
    }
  }

  /** A device was plugged in: take it up where one is missing. */
  async _takeUp() {
    const before = this.tracks.size;
    await this._acquireMissing();
    if (this.tracks.size !== before) this._listener.came();
  }
}
