// How the way to the court is, measured before joining: requests, the socket, the relay. Decides nothing.

import { RelayServers } from "./link-ice.js";

const ROUNDS = 10;
const PAUSE_MS = 300;
const ANSWER_MS = 3000;
const OPEN_MS = 6000;

/** `relay` null: this court has none, or it is not needed to know.
 * @typedef {{connected: boolean, rtt_ms: number | null, loss: number, relay: boolean | null}} LineFacts */

/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** @returns {Promise<number | null>} milliseconds, null when no answer came */
async function round() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_MS);
  const began = performance.now();
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: stop.signal });
    return answer.ok ? performance.now() - began : null;
  } catch (_) {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the court's socket opens; it is closed before a seat is taken by it. @param {string} path
 * @returns {Promise<boolean>} */
function socketOpens(path) {
  return new Promise((tell) => {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    const timer = setTimeout(() => end(false), OPEN_MS);
    const end = (/** @type {boolean} */ opened) => {
      clearTimeout(timer);
      socket.onopen = socket.onerror = null;
      socket.close();
      tell(opened);
    };
    socket.onopen = () => end(true);
    socket.onerror = () => end(false);
  });
}

/** Whether sound and picture find a way through the court's relay. @param {string} iceUrl @returns {Promise<boolean>} */
async function relayAnswers(iceUrl) {
  const configuration = await new RelayServers(iceUrl).configuration();
  const peer = new RTCPeerConnection({ ...configuration, iceTransportPolicy: "relay" });
  try {
    peer.createDataChannel("check");
    const found = new Promise((tell) => {
      peer.onicecandidate = (event) => event.candidate?.candidate && tell(true);
    });
    await peer.setLocalDescription(await peer.createOffer());
    return await Promise.race([found.then(() => true), pause(OPEN_MS).then(() => false)]);
  } finally {
    peer.close();
  }
}

/** @param {string} room path of the room @param {boolean} relayed @returns {Promise<LineFacts>} */
export async function measure(room, relayed) {
  const opening = socketOpens(`${room}/ws`);
  const relaying = relayed ? relayAnswers(`${room}/ice`).catch(() => false) : Promise.resolve(null);
  /** @type {number[]} */
  const times = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const took = await round();
    if (took !== null) times.push(took);
    await pause(PAUSE_MS);
  }
  times.sort((a, b) => a - b);
  const rtt = times.length ? Math.round(times[Math.floor(times.length / 2)]) : null;
  return { connected: await opening, rtt_ms: rtt, loss: 1 - times.length / ROUNDS, relay: await relaying };
}

/** @param {LineFacts} facts @returns {string[]} for a person */
export function lineWords({ connected, rtt_ms: rtt, loss, relay }) {
  const words = [connected ? "与法庭的连接：通" : "与法庭的连接：不通"];
  if (rtt !== null) words.push(`来回用时：${rtt} 毫秒（${rtt > 400 ? "偏慢" : "正常"}）`);
  if (loss > 0) words.push(`没有回应的次数：${Math.round(loss * ROUNDS)}／${ROUNDS}`);
  if (relay !== null) words.push(relay ? "声音画面的中转：可用" : "声音画面的中转：不可用，只能直连");
  return words;
}

/** Whether a talk over this line can be followed. @param {LineFacts} facts */
export const isGood = ({ connected, rtt_ms: rtt, loss }) => connected && rtt !== null && rtt <= 400 && loss <= 0.05;
