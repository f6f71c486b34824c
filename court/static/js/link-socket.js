// The room's WebSocket: opened again by itself, messages in order, pings. What a message means is not known here.

/** @typedef {"taken_over" | "closed" | "not_admitted" | "signed_out"} Ending why this page must not come back by itself */
/**
 * `message`: one message of the court, each once and in order. `lost`: gone, and tried again. `ended`: gone for good;
 * the code is the socket's close code, or the HTTP status for `signed_out`. `elsewhere`: another page of this seat is
 * here now; nothing is tried until `takeOver`.
 * @typedef {{message: (message: any) => void, lost: (code: number) => void, elsewhere: () => void,
 *   ended: (ending: Ending, code: number) => void}} SocketListener
 */

const PROTOCOL = 2;
const PING_MS = 2000;
const SILENCE_MS = 6500; // three pings without an answer
const BACKOFF_MS = { least: 500, most: 5000 };
const ASK_MS = 2500; // a thin line needs it for one answer; a longer wait would only be for a packet lost in the tunnel
const ASK_AGAIN_MS = { first: 800, later: 4000 };
const LONG_AWAY_MS = 180_000;
const HANGS_MS = 1000; // a younger attempt may still come through by itself
const ELSEWHERE = 4007;
const RELOADED_MS = 1500; // until the court has seen this person's former page go
/** @type {Map<number, Ending>} */
const FINAL = new Map([[4001, "taken_over"], [4003, "closed"], [4005, "not_admitted"]]);

/** @returns {string} 16 random hex digits */
export const randomName = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
};

/** @param {number} ms @returns {number} about as long: not all pages at the same moment */
const spread = (ms) => ms * (0.75 + Math.random() / 2);

/** One page's conversation with the court over as many sockets as it takes. */
export class RoomSocket {
  /** @param {SocketListener} listener */
  constructor(listener) {
    /** Number of the running reconnection, from 1; 0 while the socket stands. */
    this.attempt = 0;
    /** Court's clock minus ours, in ms. */
    this.clockOffsetMs = 0;
    /** @type {number | null} ms, of the last ping */
    this.rtt = null;
    /** @type {number | null} 0..1, measured by the media; told with every ping */
    this.loss = null;
    /** @type {"direct" | "relay" | "relay_tcp" | null} the way of the media, told with every ping */
    this.path = null;
    this._listener = listener;
    this._page = randomName();
    this._url = "";
    this._stateUrl = "";
    /** @type {WebSocket | null} */
    this._ws = null;
    this._takeOver = false;
    this._doubted = false; // another page was here a moment ago
    this._opened = false; // the handshake went through
    this._asking = false;
    this._answered = false; // over HTTP, since the socket stood last
    this._welcome = false;
    /** @type {number | null} */
    this._seq = null;
    this._pings = 0;
    this._heard = 0;
    /** @type {Map<number, number>} */
    this._pinged = new Map();
    this._retry = 0;
    this._beat = 0;
    this._stopped = true;
    this._onOnline = () => this._hurry();
    this._onShown = () => {
      if (!document.hidden && !this._welcome) this._hurry(); // hidden pages wait long between attempts
    };
  }

  /**
   * @param {string} url WebSocket address (ws, wss, or a path of this page's origin)
   * @param {string} stateUrl answers 401 to who is no longer let in; empty when there is none
   */
  open(url, stateUrl) {
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this._url = address.href;
    this._stateUrl = stateUrl;
    this._stopped = false;
    this._open();
    this._beat = setInterval(() => this._ping(), PING_MS);
    addEventListener("online", this._onOnline);
    document.addEventListener("visibilitychange", this._onShown);
  }

  close() {
    this._stopped = true;
    clearInterval(this._beat);
    clearTimeout(this._retry);
    removeEventListener("online", this._onOnline);
    document.removeEventListener("visibilitychange", this._onShown);
    const ws = this._ws;
    this._ws = null;
    this._welcome = false;
    ws?.close();
  }

  /** Whether the court has welcomed this page, so that messages are heard. */
  get standing() {
    return this._welcome;
  }

  /** Dropped while the socket does not stand. @param {object} message */
  send(message) {
    if (this._welcome && this._ws?.readyState === WebSocket.OPEN) this._ws.send(JSON.stringify(message));
  }

  _open() {
    if (this._stopped || this._ws) return;
    const ws = new WebSocket(this._url);
    this._ws = ws;
    this._welcome = false;
    this._opened = false;
    this._heard = performance.now();
    ws.onopen = () => {
      if (this._ws !== ws) return;
      this._opened = true;
      this._heard = performance.now();
      ws.send(JSON.stringify({ type: "hello", page: this._page, protocol: PROTOCOL, last_seq: this._seq,
        take_over: this._takeOver }));
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
    if (code === ELSEWHERE) {
      if (this._doubted) this._listener.elsewhere();
      else this._retry = setTimeout(() => this._open(), RELOADED_MS);
      this._doubted = true;
      return;
    }
    const ending = FINAL.get(code);
    if (ending) {
      this._listener.ended(ending, code);
      return;
    }
    this._listener.lost(code);
    const wait = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** this.attempt);
    this.attempt += 1;
    clearTimeout(this._retry);
    this._retry = setTimeout(() => this._open(), spread(wait));
    void this._listenForLine();
  }

  /** Take the seat from the page that holds it now. */
  takeOver() {
    this._takeOver = true;
    this._hurry();
  }

  /** Until the court answers over HTTP: a line that is back is found within moments, however long a hanging handshake
   * or the back-off would take. A browser does not tell either why a handshake failed: 401 is told here. */
  async _listenForLine() {
    if (!this._stateUrl || this._asking || this._answered) return;
    this._asking = true;
    const since = performance.now();
    while (!this._stopped && !this._welcome) {
      const status = await this._ask();
      if (this._stopped || this._welcome) break;
      if (status === 401) {
        this._listener.ended("signed_out", status);
        break;
      }
      if (status > 0 && status < 500) {
        this._answered = true; // once: if the socket still does not come, its own back-off goes on
        this._openAgain();
        break;
      }
      const long = performance.now() - since > LONG_AWAY_MS;
      await new Promise((done) => setTimeout(done, spread(long ? ASK_AGAIN_MS.later : ASK_AGAIN_MS.first)));
    }
    this._asking = false;
  }

  /** @returns {Promise<number>} HTTP status; 0 without a network, without a court, or when it took too long */
  async _ask() {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ASK_MS);
    try {
      const headers = { accept: "application/json" };
      const answer = await fetch(this._stateUrl, { headers, cache: "no-store", signal: stop.signal });
      return answer.status;
    } catch {
      return 0;
    } finally {
      clearTimeout(timer);
      stop.abort(); // the rest of the answer is not wanted
    }
  }

  /** At once, in the place of an attempt that hangs. */
  _openAgain() {
    const hung = this._ws;
    if (hung) {
      if (this._opened || performance.now() - this._heard < HANGS_MS) return;
      this._ws = null;
      hung.close();
    }
    clearTimeout(this._retry);
    this._open();
  }

  /** The network came back: do not wait for the back-off. */
  _hurry() {
    this.attempt = 0;
    this._answered = false;
    this._openAgain();
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
    this.send({ type: "ping", n, rtt_ms: this.rtt, loss: this.loss, path: this.path });
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
    if (message.type === "pong") {
      this._ponged(message);
      return;
    }
    if (message.type === "welcome") {
      this._welcome = true;
      this._takeOver = false;
      this._doubted = false;
      this._answered = false;
      this.attempt = 0;
    }
    this._listener.message(message);
  }

  /** @param {{n: number, at: number}} pong `at`: the court's clock, seconds since 1970 */
  _ponged(pong) {
    const at = this._pinged.get(pong.n);
    if (at === undefined) return;
    this._pinged.delete(pong.n);
    this.rtt = performance.now() - at;
    this.clockOffsetMs = pong.at * 1000 + this.rtt / 2 - Date.now();
  }
}
