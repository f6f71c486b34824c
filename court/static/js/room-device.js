// Camera and microphone of this device: opening, checking, levels and causes in words; no network.

/**
 * `wishes`: the chosen device ids, for taking a device up again after it was pulled out.
 * @typedef {{stream: MediaStream, camera: boolean, microphone: boolean, trouble: string,
 *   wishes: {audio: boolean | string, video: boolean | string, roomCamera?: string | null}}} Devices
 */

/** @type {Record<string, string>} */
const CAUSES = {
  NotAllowedError:
    "浏览器没有允许使用摄像头和麦克风。请点地址栏左边的图标，把摄像头和麦克风改成“允许”，再按“再试一次”。",
  NotFoundError: "没有找到摄像头或麦克风。请检查插头，或请身边的工作人员帮忙，再按“再试一次”。",
  NotReadableError: "摄像头或麦克风正被别的程序占用。请关掉其他视频软件，再按“再试一次”。",
  AbortError: "设备没有响应。请拔下再插上，或重新启动设备后再试。",
  OverconstrainedError: "选中的设备已经不在了。请换一个设备，再按“再试一次”。",
  SecurityError: "这台设备的管理设置不让网页使用摄像头。请联系法院技术人员。",
};

/** @returns {string} why this page cannot use a camera at all; empty when it can */
export function obstacle() {
  if (!window.isSecureContext) {
    return "这个页面不是用安全连接（https）打开的，浏览器不允许它使用摄像头和麦克风。请用法庭给您的 https 网址重新打开；如果不知道网址，请联系法庭。您仍可以先进入法庭观看和收听。";
  }
  if (!navigator.mediaDevices || !("RTCPeerConnection" in window)) {
    const wechat = /MicroMessenger/.test(navigator.userAgent);
    return wechat
      ? "微信里暂时不能打开摄像头。请点右上角“…”，选“在浏览器打开”。"
      : "这个浏览器太旧，不能视频。请换用新版的 Chrome、Edge、Firefox 或手机自带浏览器。";
  }
  return "";
}

/** @param {unknown} error @returns {string} */
export function cause(error) {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  return CAUSES[name] || "摄像头或麦克风打不开。请检查设备后再试一次，或联系法庭。";
}

/** @param {string} camera device id @param {string} microphone device id */
function constraints(camera, microphone) {
  return {
    video: {
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30, max: 30 },
      ...(camera ? { deviceId: { exact: camera } } : {}),
    },
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(microphone ? { deviceId: { exact: microphone } } : {}),
    },
  };
}

/**
 * Opens both devices; when one is missing the other is still used, and the trouble says which.
 * @param {string} [camera]
 * @param {string} [microphone]
 * @returns {Promise<Devices>}
 */
export async function open(camera = "", microphone = "") {
  const blocked = obstacle();
  const wishes = { audio: microphone || true, video: camera || true };
  if (blocked) return { stream: new MediaStream(), camera: false, microphone: false, trouble: blocked, wishes };
  const wish = constraints(camera, microphone);
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wish);
    return { stream, camera: true, microphone: true, trouble: "", wishes };
  } catch (both) {
    const parts = [];
    let trouble = cause(both);
    for (const [half, missing] of [
      [{ audio: wish.audio }, "摄像头用不了，法庭只能听到您的声音。"],
      [{ video: wish.video }, "麦克风用不了，法庭听不到您说话。"],
    ]) {
      try {
        const stream = await navigator.mediaDevices.getUserMedia(/** @type {MediaStreamConstraints} */ (half));
        parts.push(...stream.getTracks());
        trouble = String(missing) + cause(both);
        break;
      } catch (_) {
        // The cause of the first refusal is the one worth telling.
      }
    }
    return {
      stream: new MediaStream(parts),
      camera: parts.some((track) => track.kind === "video"),
      microphone: parts.some((track) => track.kind === "audio"),
      trouble,
      wishes,
    };
  }
}

/**
 * @param {"videoinput" | "audioinput"} kind
 * @returns {Promise<{id: string, name: string}[]>}
 */
export async function list(kind) {
  if (!navigator.mediaDevices) return [];
  const all = await navigator.mediaDevices.enumerateDevices();
  const word = kind === "videoinput" ? "摄像头" : "麦克风";
  return all
    .filter((device) => device.kind === kind && device.deviceId)
    .map((device, index) => ({ id: device.deviceId, name: device.label || `${word} ${index + 1}` }));
}

/** Level of one sound stream, 0..1, read on demand; the graph is closed by `close`. */
export class Level {
  /** @param {MediaStream} stream */
  constructor(stream) {
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 512;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  /** @returns {number} 0 silent … 1 loud, on a scale that follows hearing (-60 dB … 0 dB) */
  read() {
    if (this.context.state === "suspended") void this.context.resume();
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const sample of this.samples) sum += sample * sample;
    const decibel = 20 * Math.log10(Math.sqrt(sum / this.samples.length) + 1e-6);
    return Math.min(1, Math.max(0, (decibel + 60) / 60));
  }

  close() {
    void this.context.close();
  }
}
