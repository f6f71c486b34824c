/**
 * The QR code of a paper, checked in the browser: Base45 → COSE_Sign1 (ES256) → facts. The payload stays behind "#"
 * and is sent nowhere. Once the page and its keys are loaded it works without a network.
 */

import { decodeBase45 } from "./verify-base45.js";
import { decodeCbor, encodeSigStructure } from "./verify-cbor.js";

/** @typedef {{kind: string, number: string, names: string[], made_on: string, content: string}} Facts */
/** @typedef {{id: string, spki: string}} CourtKey */

const KINDS = /** @type {Record<string, string>} */ ({
  agreement: "人民调解协议书",
  transcript: "笔录",
  receipt: "登记回执",
  petition_receipt: "信访受理回执",
  petition_reply: "信访答复意见书",
  summons: "传票",
});

const FAULTS = {
  missing: ["没有扫到内容", "请用手机的扫码功能，对准纸上的二维码再扫一次。"],
  malformed: ["不是本系统的二维码", "这不是本系统文书上的二维码，或者没有扫完整，请重新扫描。"],
  unknown_key: ["不是本院签发的", "二维码不是由本院（本委员会）的密钥签发，不能认定其内容。"],
  forged: ["不要相信这张纸", "二维码的签名不对，内容可能被改动，请勿采信，并联系出具文书的法庭。"],
  insecure: ["这里核对不了", "这个页面不是用 HTTPS 打开的，浏览器不提供核对签名的功能。请改用 https:// 开头的地址。"],
  offline: ["没有取到法庭的公钥", "请接上网络，再打开一次这个页面。"],
};

class CodeFault extends Error {
  /** @param {keyof typeof FAULTS} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** @param {string} name @returns {HTMLElement} */
function part(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-${name}]`));
}

/** @type {Promise<{issuer: string, keys: CourtKey[]}> | null} */
let loading = null;

/** The court's public keys, asked for once. */
function courtKeys() {
  loading ??= fetch("/verify/keys.json", { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new CodeFault("offline"))))
    .catch(() => {
      loading = null;
      throw new CodeFault("offline");
    });
  return loading;
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text @returns {{protected: Uint8Array, id: string, payload: Uint8Array, signature: Uint8Array}} */
function opened(text) {
  try {
    const [, parts] = /** @type {[number, any[]]} */ (decodeCbor(decodeBase45(text), 18));
    const [header, open, payload, signature] = parts;
    const algorithm = decodeCbor(header);
    if (!(algorithm instanceof Map) || algorithm.get(1) !== -7 || signature.length !== 64) throw new Error("not ES256");
    return { protected: header, id: hex(open.get(4)), payload, signature };
  } catch {
    throw new CodeFault("malformed");
  }
}

/** @param {string} fragment what stands behind "#" @returns {Promise<Facts & {issuer: string}>} */
async function check(fragment) {
  if (!fragment) throw new CodeFault("missing");
  if (fragment.length > 2000) throw new CodeFault("malformed");
  if (!window.isSecureContext || !crypto.subtle) throw new CodeFault("insecure");
  const code = opened(fragment);
  const court = await courtKeys();
  const known = court.keys.find((key) => key.id === code.id);
  if (!known) throw new CodeFault("unknown_key");
  const spki = Uint8Array.from(atob(known.spki), (character) => character.charCodeAt(0));
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", spki, curve, false, ["verify"]);
  const signed = encodeSigStructure(code.protected, code.payload);
  const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, Uint8Array.from(code.signature), signed);
  if (!good) throw new CodeFault("forged");
  const said = /** @type {Map<number, any>} */ (decodeCbor(code.payload));
  return {
    kind: String(said.get(1)),
    number: String(said.get(2)),
    names: Array.from(said.get(3), String),
    made_on: String(said.get(4)),
    content: hex(said.get(5)),
    issuer: court.issuer,
  };
}

/** @param {string} date ISO */
function dateCn(date) {
  const [year, month, day] = date.split("-").map(Number);
  return year && month && day ? `${year}年${month}月${day}日` : date;
}

/** @param {string} name @param {string} text */
function fact(name, text) {
  const place = document.querySelector(`[data-fact="${name}"]`);
  if (place) place.textContent = text;
}

async function show() {
  for (const name of ["code-good", "code-bad", "code-facts", "code-compare"]) part(name).hidden = true;
  part("code-waiting").hidden = false;
  try {
    const facts = await check(window.location.hash.slice(1));
    fact("kind", KINDS[facts.kind] ?? facts.kind);
    fact("number", facts.number);
    fact("names", facts.names.join("、"));
    fact("made_on", dateCn(facts.made_on));
    fact("content", facts.content);
    fact("issuer", facts.issuer);
    for (const name of ["code-good", "code-facts", "code-compare"]) part(name).hidden = false;
  } catch (error) {
    const [title, text] = FAULTS[error instanceof CodeFault ? error.code : "malformed"];
    part("code-title").textContent = title;
    part("code-text").textContent = text;
    part("code-bad").hidden = false;
  } finally {
    part("code-waiting").hidden = true;
  }
}

window.addEventListener("hashchange", show);
void show();
