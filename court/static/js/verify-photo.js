/**
 * The text of a QR code on a photograph or before the camera: read in the browser where it can, else on the node that
 * served this page (on the vehicle that needs no network). Checks no signature.
 */

const LONGEST_SIDE = 2600;
const LOOK_MS = 600;
const ASK_MS = 2200;
const LOOK_FOR_MS = 90_000;

export class PhotoFault extends Error {
  /** @param {"none" | "unreachable" | "refused" | "picture" | "camera"} code @param {string} [text] */
  constructor(code, text = "") {
    super(text || code);
    this.code = code;
    this.text = text;
  }
}

/** @typedef {{detect: (source: CanvasImageSource) => Promise<{rawValue: string}[]>}} Detector */

/** The browser's own reader of codes, where it has one. @returns {Promise<Detector | null>} */
async function detector() {
  const kind = /** @type {any} */ (window).BarcodeDetector;
  if (!kind) return null;
  try {
    const formats = await kind.getSupportedFormats();
    return formats.includes("qr_code") ? new kind({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

/** @param {CanvasImageSource} source @param {number} width @param {number} height */
function drawn(source, width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
function jpeg(canvas) {
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new PhotoFault("picture"))), "image/jpeg", 0.85),
  );
}

/** Texts of the codes that the node finds. @param {Blob} photo @returns {Promise<string[]>} */
async function asked(photo) {
  const body = new FormData();
  body.append("photo", photo, "photo.jpg");
  const token = document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";
  let answer;
  try {
    answer = await fetch("/v/read", { method: "POST", body, headers: { "X-CSRF-Token": token, Accept: "application/json" } });
  } catch {
    throw new PhotoFault("unreachable");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new PhotoFault("refused", String(told.detail ?? told.title ?? ""));
  return told.codes;
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<string[]>} */
async function seen(canvas) {
  const own = await detector();
  const found = own ? await own.detect(canvas).catch(() => []) : [];
  return found.map((each) => each.rawValue).filter(Boolean);
}

/**
 * The codes on a chosen photograph. Errors: PhotoFault.
 * @param {Blob} photo
 */
export async function codesOf(photo) {
  let picture;
  try {
    picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
  } catch {
    throw new PhotoFault("picture");
  }
  const canvas = drawn(picture, picture.width, picture.height);
  const here = await seen(canvas);
  const codes = here.length ? here : await asked(await jpeg(canvas));
  if (!codes.length) throw new PhotoFault("none");
  return codes;
}

/**
 * Look through the camera until a code is seen, `stop` is aborted or the time is up. Errors: PhotoFault.
 * @param {HTMLVideoElement} video @param {AbortSignal} stop
 * @returns {Promise<{codes: string[], picture: Blob} | null>} null when stopped
 */
export async function lookFor(video, stop) {
  let stream;
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
  } catch {
    throw new PhotoFault("camera");
  }
  try {
    video.srcObject = stream;
    await video.play();
    const own = await detector();
    const until = performance.now() + LOOK_FOR_MS;
    while (!stop.aborted && performance.now() < until) {
      await new Promise((done) => setTimeout(done, own ? LOOK_MS : ASK_MS));
      if (stop.aborted || !video.videoWidth) continue;
      const canvas = drawn(video, video.videoWidth, video.videoHeight);
      const picture = await jpeg(canvas);
      const codes = own ? await seen(canvas) : await asked(picture);
      if (codes.length) return { codes, picture };
    }
    if (stop.aborted) return null;
    throw new PhotoFault("none");
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
