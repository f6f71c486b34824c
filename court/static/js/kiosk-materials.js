/** The materials page: camera, one still, turn, keep; progress while it is saved; a file instead when there is no camera. */

import { DocumentCamera } from "./camera.js";

/** @template {HTMLElement} T @param {string} name @returns {T} */
function part(name) {
  return /** @type {T} */ (document.querySelector(`[data-camera-${name}]`));
}

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-camera]"));

/** @param {HTMLElement} root */
function start(root) {
  const video = /** @type {HTMLVideoElement} */ (part("video"));
  const still = /** @type {HTMLCanvasElement} */ (part("still"));
  const note = part("note");
  const pick = part("pick");
  const device = /** @type {HTMLSelectElement} */ (part("device"));
  const progress = /** @type {HTMLProgressElement} */ (part("progress"));
  const form = /** @type {HTMLFormElement} */ (part("form"));
  const file = /** @type {HTMLDetailsElement} */ (part("file"));
  const camera = new DocumentCamera(video, still);
  const limit = Number(root.dataset.limit);

  /** The file that was picked instead of a shot. */
  function chosen() {
    return /** @type {HTMLInputElement} */ (form.elements.namedItem("photo")).files?.[0];
  }

  /** @param {"wait" | "live" | "still" | "sending"} mode */
  function show(mode) {
    video.hidden = mode !== "live";
    part("frame").hidden = mode !== "live";
    still.hidden = mode !== "still" && mode !== "sending";
    part("shoot").hidden = mode !== "live";
    for (const name of ["keep", "rotate", "again"]) part(name).hidden = mode !== "still";
    progress.hidden = mode !== "sending";
    note.hidden = mode === "live" || mode === "still" || mode === "sending";
    pick.hidden = mode !== "live" || device.options.length < 2;
    file.hidden = mode === "still" || mode === "sending";
    // A photo already chosen must not vanish because the camera came to life meanwhile.
    if (mode === "live" && !chosen()) file.open = false;
    if (mode === "wait") file.open = true;
  }

  /** @param {string} text */
  function say(text) {
    show("wait");
    note.textContent = text;
  }

  async function list() {
    const found = await camera.devices();
    device.replaceChildren(
      ...found.map((one, index) => new Option(one.label || `镜头 ${index + 1}`, one.deviceId, false, one.deviceId === camera.deviceId)),
    );
    show("live");
  }

  /** One picture to the server, with its progress. @param {Blob} picture @param {string} name */
  function send(picture, name) {
    if (picture.size > limit) {
      say(`照片太大（${Math.ceil(picture.size / 1048576)} MB），最大 ${Math.floor(limit / 1048576)} MB。请重拍或换一张。`);
      return;
    }
    if (!/^image\/(jpeg|png|webp)$/.test(picture.type)) {
      say("只能放 JPG、PNG 照片。请重拍或换一张。");
      return;
    }
    const body = new FormData(form);
    body.set("photo", picture, name);
    const request = new XMLHttpRequest();
    request.open("POST", root.dataset.upload ?? "");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status === 200) window.location.assign("/kiosk/steps/materials");
      else say(request.response?.detail ?? "照片没有存上，请再拍一次。");
    });
    request.addEventListener("error", () => say("网络断了一下，照片没有存上，请再拍一次。"));
    progress.value = 0;
    show("sending");
    request.send(body);
  }

  camera.addEventListener("live", () => void list());
  camera.addEventListener("still", () => show("still"));
  camera.addEventListener("failed", (event) => say(/** @type {CustomEvent} */ (event).detail.text));
  device.addEventListener("change", () => void camera.open(device.value));
  part("shoot").addEventListener("click", () => camera.shoot());
  part("again").addEventListener("click", () => show("live"));
  part("rotate").addEventListener("click", () => camera.rotate());
  part("keep").addEventListener("click", async () => send(await camera.jpeg(), "photo.jpg"));
  form.addEventListener("submit", (event) => {
    const picked = chosen();
    event.preventDefault();
    event.stopImmediatePropagation();
    if (picked) send(picked, picked.name);
    else say("请先选一张照片，或者用拍照台拍。");
  });
  window.addEventListener("pagehide", () => camera.close());
  void camera.open();
}

if (root) start(root);
