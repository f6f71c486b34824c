/**
 * The document camera: choose a device, see, take one still, turn it, give it as JPEG. Sends nothing.
 *
 * Events: `live` (picture runs), `still` (a picture was taken), `failed` (detail: {code, text}), `devices`.
 */

/** @typedef {"insecure" | "permission" | "missing" | "in_use" | "failed"} CameraFault */

/** Said to the person; each names what to do. @type {Record<CameraFault, string>} */
export const FAULTS = {
  insecure: "这个页面不是用 HTTPS 打开的，浏览器不允许用镜头。请叫工作人员换成 https:// 开头的地址；也可以选一张照片。",
  permission: "浏览器没有允许使用镜头。请叫工作人员在地址栏旁边打开“摄像头”；也可以选一张照片。",
  missing: "没有找到镜头。请检查拍照台的线；也可以选一张照片。",
  in_use: "镜头正被别的程序占用。请叫工作人员关掉那个程序；也可以选一张照片。",
  failed: "镜头打不开。请叫工作人员看一下；也可以选一张照片。",
};

/** Longest side of the kept picture, pixels: readable as evidence, well under the upload limit. */
const LONGEST = 2600;
const QUALITY = 0.88;

/** Which fault an exception of getUserMedia stands for. @param {unknown} error @returns {CameraFault} */
export function faultOf(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "permission";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "in_use";
  return "failed";
}

export class DocumentCamera extends EventTarget {
  /** @param {HTMLVideoElement} video @param {HTMLCanvasElement} still */
  constructor(video, still) {
    super();
    this.video = video;
    this.still = still;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.deviceId = "";
  }

  /** Opens the given device, else one that looks like a document camera, else the rear one. @param {string} [deviceId] */
  async open(deviceId = "") {
    this.close();
    if (!window.isSecureContext || !navigator.mediaDevices) {
      this.#fail("insecure");
      return;
    }
    const size = { width: { ideal: 2592 }, height: { ideal: 1944 } };
    const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "environment" };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...which }, audio: false });
    } catch (error) {
      this.#fail(faultOf(error));
      return;
    }
    const track = this.stream.getVideoTracks()[0];
    this.deviceId = track.getSettings().deviceId ?? "";
    track.addEventListener("ended", () => this.#fail("in_use"));
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => undefined);
    this.dispatchEvent(new Event("live"));
  }

  /** The cameras of this machine; names are known only after permission. @returns {Promise<MediaDeviceInfo[]>} */
  async devices() {
    if (!navigator.mediaDevices) return [];
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((device) => device.kind === "videoinput" && device.deviceId);
  }

  /** Keeps the present picture in the still canvas. @returns {boolean} false when there is no picture yet */
  shoot() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !videoHeight) return false;
    const scale = Math.min(1, LONGEST / Math.max(videoWidth, videoHeight));
    this.still.width = Math.round(videoWidth * scale);
    this.still.height = Math.round(videoHeight * scale);
    const context = this.still.getContext("2d");
    if (!context) return false;
    context.drawImage(this.video, 0, 0, this.still.width, this.still.height);
    this.dispatchEvent(new Event("still"));
    return true;
  }

  /** Turns the kept picture a quarter clockwise. */
  rotate() {
    const { width, height } = this.still;
    const copy = document.createElement("canvas");
    copy.width = width;
    copy.height = height;
    copy.getContext("2d")?.drawImage(this.still, 0, 0);
    this.still.width = height;
    this.still.height = width;
    const context = this.still.getContext("2d");
    if (!context) return;
    context.translate(height, 0);
    context.rotate(Math.PI / 2);
    context.drawImage(copy, 0, 0);
  }

  /** The kept picture as a JPEG file's content. @returns {Promise<Blob>} */
  jpeg() {
    return new Promise((resolve, reject) => {
      this.still.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
    });
  }

  /** Turns the camera's light off. */
  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  /** @param {CameraFault} code */
  #fail(code) {
    this.dispatchEvent(new CustomEvent("failed", { detail: { code, text: FAULTS[code] } }));
  }
}
