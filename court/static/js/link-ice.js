// The relay servers a page may use and its credential for them: asked for when needed, kept while it is good.

const ANSWER_MS = 3000;

/** @typedef {{iceServers: RTCIceServer[], iceTransportPolicy: RTCIceTransportPolicy, seconds: number}} Told */

export class RelayServers {
  /** @param {string} url where they are told; nothing: there are none */
  constructor(url) {
    this._url = url;
    /** @type {Told | null} */
    this._told = null;
    this._until = 0;
  }

  /**
   * For a new peer connection. Without an answer the last known servers, or none: the direct way may do.
   * @returns {Promise<RTCConfiguration>}
   */
  async configuration() {
    if (this._url && performance.now() >= this._until) await this._ask();
    if (!this._told) return {};
    const { iceServers, iceTransportPolicy } = this._told;
    return { iceServers, iceTransportPolicy };
  }

  /** The credential was refused: ask for another one next time. */
  forget() {
    this._until = 0;
  }

  async _ask() {
    try {
      const answer = await fetch(this._url, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
      if (!answer.ok) return;
      const told = /** @type {Told} */ (await answer.json());
      this._told = told;
      this._until = performance.now() + told.seconds * 500; // half of its life
    } catch {
      // No answer in time.
    }
  }
}
