/**
 * The QR code of a paper, checked in the browser: Base45 → COSE_Sign1 (ES256) → facts, to be compared with the paper by
 * eye. The payload stays behind "#" and is sent nowhere. Once the page was opened it works without a network.
 */

import { decodeBase45 } from "./verify-base45.js";
import { decodeCbor, encodeSigStructure } from "./verify-cbor.js";
import { PhotoFault, codesOf, lookFor } from "./verify-photo.js";

/** @typedef {{kind: string, number: string, names: string[], made_on: string, content: string}} Facts */
/** @typedef {{id: string, spki: string}} CourtKey */

const FAULTS = {
  missing: ["没有扫到内容", "请对准纸上的二维码再扫一次。"],
  malformed: ["不是本系统的二维码", "这不是本系统文书上的二维码，或者没有扫完整，请重新扫描。"],
  unknown_key: ["不是本院签发的", "二维码不是由本院（本委员会）的密钥签发，不能认定其内容。"],
  forged: ["不要相信这张纸", "二维码的签名不对，内容可能被改动，请勿采信，并联系出具文书的法庭。"],
  insecure: ["这里核对不了", "这个页面不是用 HTTPS 打开的，浏览器不提供核对签名的功能。请改用 https:// 开头的地址。"],
  offline: ["没有取到法庭的公钥", "请接上网络，再打开一次这个页面；打开过一次，以后没有网络也能核对。"],
};
const PHOTO_FAULTS = {
  none: "没有找到二维码。请把二维码放正、拍满、拍清楚，避开反光和折痕，再试一次。",
  unreachable: "这台设备自己认不出二维码，又连不上法庭的设备。请连上车上的网络，或者用手机的扫码功能直接扫。",
  refused: "没有读成，请稍后再试。",
  picture: "这个文件不是照片，或者已经损坏，请重新拍一张。",
  camera: "摄像头打不开。请允许使用摄像头，或者改选一张照片。",
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

/** What the eye found so far: every row the same, one that differs, or rows still open. */
function sum() {
  const rows = [...document.querySelectorAll("[data-fact-row]")];
  const said = rows.map((row) => /** @type {HTMLInputElement | null} */ (row.querySelector("input:checked"))?.value);
  rows.forEach((row, index) => row.classList.toggle("is-different", said[index] === "no"));
  const place = part("code-sum");
  const open = said.filter((value) => value === undefined).length;
  const differs = said.includes("no");
  place.className = `compare__sum${differs ? " compare__sum--bad" : open ? "" : " compare__sum--good"}`;
  if (differs) place.textContent = "纸上和签发的不一样：不要相信这张纸。保存好它，马上联系出具文书的法庭。";
  else if (open) place.textContent = `还有 ${open} 项没有对。`;
  else place.textContent = "这几项都一样：这张纸和签发的文书对得上。";
}

function clear() {
  for (const name of ["code-good", "code-bad", "code-facts", "code-compare", "code-standing"]) part(name).hidden = true;
  for (const box of document.querySelectorAll("[data-fact-row] input")) /** @type {HTMLInputElement} */ (box).checked = false;
}

/** @param {unknown} error */
function refuse(error) {
  const [title, text] = FAULTS[error instanceof CodeFault ? error.code : "malformed"];
  part("code-title").textContent = title;
  part("code-text").textContent = text;
  part("code-bad").hidden = false;
}

/** A code proves what was signed, not that it still stands: that only the register knows. @param {string} content */
async function standing(content) {
  const place = part("code-standing");
  place.hidden = false;
  place.textContent = "正在查是否已经撤回……";
  try {
    const answer = await fetch(`/v/withdrawn.json?content=${content}`, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { text } = await answer.json();
    place.textContent = text ? "" : "到现在为止，没有撤回的记录。";
    place.hidden = Boolean(text);
    if (!text) return;
    part("code-good").hidden = true;
    part("code-title").textContent = "已撤回，不要再用";
    part("code-text").textContent = `${text}。下面是当时签过名的内容。`;
    part("code-bad").hidden = false;
  } catch (_) {
    place.textContent = "现在没有网络，查不到这份文书是否已经撤回。有网络时请再查一次。";
  }
}

/** Check a code and show its facts beside the picture it was found on. @param {string} fragment @param {Blob} [picture] */
async function show(fragment, picture) {
  clear();
  part("code-waiting").hidden = false;
  try {
    const facts = await check(fragment);
    fact("kind", facts.kind);
    fact("number", facts.number);
    fact("names", facts.names.join("、"));
    fact("made_on", dateCn(facts.made_on));
    fact("content", facts.content.slice(0, 16));
    fact("issuer", facts.issuer);
    part("code-paper").hidden = !picture;
    if (picture) /** @type {HTMLImageElement} */ (part("code-picture")).src = URL.createObjectURL(picture);
    for (const name of ["code-good", "code-facts", "code-compare"]) part(name).hidden = false;
    sum();
    void standing(facts.content);
  } catch (error) {
    refuse(error);
  } finally {
    part("code-waiting").hidden = true;
  }
}

/** The first of the codes that is one of ours; a paper may bear other codes as well. @param {string[]} codes @param {Blob} picture */
async function showOne(codes, picture) {
  const fragments = codes.map((code) => code.slice(code.indexOf("#") + 1));
  for (const fragment of fragments) {
    if (await check(fragment).catch(() => null)) return show(fragment, picture);
  }
  return show(fragments[0] ?? "", picture);
}

/** @param {unknown} error */
function photoWords(error) {
  if (!(error instanceof PhotoFault)) throw error;
  return error.text && error.code === "refused" ? error.text : PHOTO_FAULTS[error.code];
}

/** @param {string} text */
function tell(text) {
  part("code-told").textContent = text;
}

/** @param {File | undefined} photo */
async function choose(photo) {
  if (!photo) return;
  clear();
  tell("正在照片上找二维码……");
  try {
    await showOne(await codesOf(photo), photo);
    tell("找到了二维码。");
  } catch (error) {
    tell(photoWords(error));
  }
}

/** @type {AbortController | null} */
let looking = null;

async function look() {
  if (looking) return looking.abort();
  const video = /** @type {HTMLVideoElement} */ (part("code-video"));
  const words = part("code-camera").querySelector("span");
  looking = new AbortController();
  clear();
  video.hidden = false;
  if (words) words.textContent = "停止";
  tell("请把二维码放在画面中间，离近一点。");
  try {
    const found = await lookFor(video, looking.signal);
    tell(found ? "找到了二维码。" : "已停止。");
    if (found) await showOne(found.codes, found.picture);
  } catch (error) {
    tell(photoWords(error));
  } finally {
    looking = null;
    video.hidden = true;
    if (words) words.textContent = "用摄像头扫";
  }
}

async function keep() {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  await navigator.serviceWorker.register("/v-worker.js", { scope: "/v" });
  await navigator.serviceWorker.ready;
  part("code-kept").hidden = false;
}

function fromAddress() {
  const fragment = window.location.hash.slice(1);
  if (fragment) void show(fragment);
}

part("code-camera").addEventListener("click", look);
part("code-photo").addEventListener("change", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  void choose(input.files?.[0]);
  input.value = "";
});
document.addEventListener("change", sum);
window.addEventListener("hashchange", fromAddress);
fromAddress();
// A browser that forbids keeping pages still checks while it has a network.
keep().catch(() => undefined);
