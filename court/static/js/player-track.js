// One recorded track in the page: its segments fed to a media element, following a master clock. No controls here.

/**
 * Times in milliseconds from the start of the recording.
 * @typedef {{index: number, start_ms: number, end_ms: number, url: string}} Segment
 * @typedef {{start_ms: number, end_ms: number, reason: string}} Gap
 * @typedef {{track: string, caption: string, media: "audio" | "video", source: string,
 *   segments: Segment[], gaps: Gap[]}} TrackFacts
 */

const AHEAD_MS = 20000;
const BEHIND_MS = 20000;
const SEEK_BEYOND_MS = 150;
const STEADY_MS = 30;
const NUDGE = 0.05; // rate ±5 %
const TYPES = { audio: 'audio/webm; codecs="opus"', video: 'video/webm; codecs="vp8"' };

/** A track that is kept within 150 ms of the clock it is given. */
export class PlayerTrack {
  /** @param {TrackFacts} facts @param {HTMLMediaElement} element */
  constructor(facts, element) {
    this.facts = facts;
    this.element = element;
    this.source = new MediaSource();
    /** @type {SourceBuffer | null} */
    this.buffer = null;
    /** @type {Set<number>} indexes appended and not yet removed */
    this.held = new Set();
    /** @type {Map<number, string>} why a segment cannot be played */
    this.broken = new Map();
    this.loading = false;
    this.drift = 0;
    element.src = URL.createObjectURL(this.source);
    this.source.addEventListener("sourceopen", () => this.opened(), { once: true });
  }

  opened() {
    URL.revokeObjectURL(this.element.src);
    this.buffer = this.source.addSourceBuffer(TYPES[this.facts.media]);
    this.source.duration = this.end() / 1000;
  }

  /** @returns {number} the end of the last segment */
  end() {
    const last = this.facts.segments[this.facts.segments.length - 1];
    return last ? last.end_ms : 0;
  }

  /** What was saved meanwhile; what is known stays. @param {TrackFacts} fresh */
  merge(fresh) {
    const known = new Set(this.facts.segments.map((one) => one.index));
    const added = fresh.segments.filter((one) => !known.has(one.index));
    this.facts.segments.push(...added);
    this.facts.segments.sort((a, b) => a.start_ms - b.start_ms);
    this.facts.gaps = fresh.gaps;
  }

  /** @param {number} at @returns {Segment | undefined} */
  segmentAt(at) {
    return this.facts.segments.find((one) => one.start_ms <= at && at < one.end_ms);
  }

  /** @param {number} at @returns {Gap | undefined} */
  gapAt(at) {
    return this.facts.gaps.find((one) => one.start_ms <= at && at < one.end_ms);
  }

  /** @param {number} at @returns {boolean} whether there is sound or picture to wait for, and it is not there yet */
  waiting(at) {
    const segment = this.segmentAt(at);
    if (!segment || this.broken.has(segment.index)) return false;
    return !this.held.has(segment.index) || this.element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
  }

  /** Keeps the next seconds in the buffer and lets go of the old ones. @param {number} at */
  async feed(at) {
    const { buffer } = this;
    if (this.loading || !buffer || buffer.updating) return;
    const next = this.facts.segments.find(
      (one) =>
        one.end_ms > at && one.start_ms < at + AHEAD_MS && !this.held.has(one.index) && !this.broken.has(one.index),
    );
    this.loading = true;
    try {
      await this.forget(buffer, at);
      if (next) await this.append(buffer, next);
    } finally {
      this.loading = false;
    }
  }

  /** @param {SourceBuffer} buffer @param {Segment} segment */
  async append(buffer, segment) {
    try {
      const answer = await fetch(segment.url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status === 404 ? "文件不在" : `无法读取（${answer.status}）`);
      const bytes = await answer.arrayBuffer();
      // Each file starts at zero by itself; its place on the line comes from the manifest.
      buffer.timestampOffset = segment.start_ms / 1000;
      buffer.appendWindowEnd = Infinity;
      await settled(buffer, () => buffer.appendBuffer(bytes));
      this.held.add(segment.index);
    } catch (error) {
      this.broken.set(segment.index, error instanceof Error ? error.message : "无法播放");
      if (this.source.readyState === "open") buffer.abort();
    }
  }

  /** @param {SourceBuffer} buffer @param {number} at */
  async forget(buffer, at) {
    const far = this.facts.segments.filter(
      (one) => this.held.has(one.index) && (one.end_ms < at - BEHIND_MS || one.start_ms > at + 3 * AHEAD_MS),
    );
    for (const one of far) {
      await settled(buffer, () => buffer.remove(one.start_ms / 1000, one.end_ms / 1000));
      this.held.delete(one.index);
    }
  }

  /**
   * Follows the clock: beyond 150 ms by a seek, else by ±5 % of the rate.
   * @param {number} at @param {boolean} playing @param {number} rate
   */
  follow(at, playing, rate) {
    const { element } = this;
    const segment = this.segmentAt(at);
    if (!segment || !this.held.has(segment.index)) {
      if (!element.paused) element.pause();
      return;
    }
    this.drift = element.currentTime * 1000 - at;
    if (Math.abs(this.drift) > SEEK_BEYOND_MS) element.currentTime = at / 1000;
    const slip = Math.abs(this.drift) <= STEADY_MS ? 0 : this.drift > 0 ? -NUDGE : NUDGE;
    const wanted = rate * (1 + slip);
    if (element.playbackRate !== wanted) element.playbackRate = wanted;
    if (playing && element.paused) void element.play().catch(() => undefined);
    if (!playing && !element.paused) element.pause();
  }
}

/** @param {SourceBuffer} buffer @param {() => void} act @returns {Promise<void>} when the buffer took it */
function settled(buffer, act) {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const { signal } = stop;
    buffer.addEventListener("updateend", () => (stop.abort(), resolve()), { signal });
    buffer.addEventListener("error", () => (stop.abort(), reject(new Error("这一段已损坏，无法播放"))), { signal });
    act();
  });
}
