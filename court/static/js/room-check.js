// The self-test of a device, one question per page: devices are opened once, every "no" has help and a way on.

import { isGood, lineWords, measure } from "./room-check-line.js";
import { Level, open } from "./room-device.js";
import { during, element, explain, make, post } from "./room-http.js";

/** @typedef {import("./room-device.js").Devices} Devices */
/** @typedef {import("./room-check-line.js").LineFacts} LineFacts */

const STEPS = ["devices", "picture", "level", "sound", "line", "discipline", "declared"];
const SEEING = ["devices", "picture", "level"];
const ASKED = ["devices", "picture", "level", "sound"];
const NUMERALS = "一二三四五六七";
// Loud enough that the bar plainly moves.
const SPOKEN = 0.45;
const TICK_MS = 100;
const MARK = "court.check";
const MARK_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** Three tones made here: nothing is fetched. @param {AudioContext} context */
function playTones(context) {
  for (const [n, pitch] of [523, 659, 784].entries()) {
    const at = context.currentTime + 0.1 + n * 0.6;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.4, at + 0.03);
    loudness.gain.linearRampToValueAtTime(0, at + 0.4);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  }
}

class Check {
  constructor() {
    this.root = element("check", HTMLElement);
    this.room = `/room/${this.root.dataset.hearing}`;
    this.self = element("check-self", HTMLElement);
    this.video = element("check-video", HTMLVideoElement);
    this.meter = element("check-meter", HTMLMeterElement);
    this.step = "intro";
    /** @type {Record<string, boolean>} */
    this.answers = {};
    /** @type {LineFacts} */
    this.line = { connected: false, rtt_ms: null, loss: 1, relay: null };
    /** @type {Devices | null} */
    this.devices = null;
    /** @type {Level | null} */
    this.level = null;
    /** @type {AudioContext | null} */
    this.speaker = null;
    this.setUp();
  }

  setUp() {
    element("check-before", HTMLElement).hidden = !this.passedBefore();
    element("check-start", HTMLButtonElement).addEventListener("click", () => this.restart());
    element("check-again", HTMLButtonElement).addEventListener("click", () => this.restart());
    element("check-tone", HTMLButtonElement).addEventListener("click", () => this.tones());
    element("check-line-on", HTMLButtonElement).addEventListener("click", () => this.next());
    const save = element("check-save", HTMLButtonElement);
    save.addEventListener("click", () => void during(save, () => this.save(), () => undefined));
    for (const button of this.root.querySelectorAll("button[data-answer]")) {
      button.addEventListener("click", () => this.answer(button instanceof HTMLElement && button.dataset.answer === "yes"));
    }
    for (const button of this.root.querySelectorAll("[data-retry]")) button.addEventListener("click", () => this.retry());
    for (const button of this.root.querySelectorAll("[data-on]")) button.addEventListener("click", () => this.next());
    window.setInterval(() => this.tick(), TICK_MS);
    window.addEventListener("pagehide", () => this.release());
  }

  /** @param {string} step @returns {HTMLElement} */
  section(step) {
    const found = this.root.querySelector(`[data-step="${step}"]`);
    if (!(found instanceof HTMLElement)) throw new Error(`page lacks step ${step}`);
    return found;
  }

  restart() {
    this.answers = {};
    this.show("devices");
    if (!this.devices) void this.openDevices();
  }

  /** @param {string} step */
  show(step) {
    this.section(this.step).hidden = true;
    this.step = step;
    const section = this.section(step);
    section.hidden = false;
    this.help(false);
    this.self.hidden = !SEEING.includes(step) || !this.devices?.camera;
    const at = STEPS.indexOf(step);
    element("check-progress", HTMLElement).textContent = at < 0 ? "七项都做完了" : `第${NUMERALS[at]}项，共七项`;
    const title = section.querySelector("h1");
    if (title) title.focus();
    window.scrollTo(0, 0);
  }

  next() {
    const step = STEPS[STEPS.indexOf(this.step) + 1];
    this.show(step ?? "done");
    if (step === "line") void this.measure();
    if (!step) {
      this.release();
      void this.save();
    }
  }

  /** @param {boolean} yes */
  answer(yes) {
    this.answers[this.step] = yes;
    if (yes) this.next();
    else this.help(true);
  }

  /** Help takes the place of the question's buttons. @param {boolean} shown */
  help(shown) {
    const help = this.section(this.step).querySelector(".check__help");
    if (!(help instanceof HTMLElement)) return;
    help.hidden = !shown;
    const buttons = this.section(this.step).querySelector(":scope > .check__answers");
    if (buttons instanceof HTMLElement) buttons.hidden = shown;
    if (shown) help.focus();
  }

  retry() {
    this.help(false);
    if (SEEING.includes(this.step)) void this.openDevices();
    else if (this.step === "sound") this.tones();
    else if (this.step === "line") void this.measure();
  }

  async openDevices() {
    const words = element("check-opening", HTMLElement);
    const cause = element("check-cause", HTMLElement);
    words.textContent = "正在打开摄像头和麦克风…";
    this.release();
    const devices = await open();
    this.devices = devices;
    this.video.srcObject = devices.camera ? devices.stream : null;
    this.self.hidden = !SEEING.includes(this.step) || !devices.camera;
    if (devices.camera) void this.video.play().catch(() => undefined);
    if (devices.microphone) this.level = new Level(devices.stream);
    words.textContent = devices.trouble || "摄像头和麦克风已经打开。";
    cause.textContent = devices.trouble;
    cause.hidden = !devices.trouble;
  }

  release() {
    if (this.level) this.level.close();
    for (const track of this.devices?.stream.getTracks() ?? []) track.stop();
    this.level = this.devices = this.video.srcObject = null;
  }

  tick() {
    if (!this.level) return;
    this.meter.value = this.level.read();
    const heard = element("check-heard", HTMLElement);
    if (this.step === "level" && this.meter.value > SPOKEN && !heard.textContent) heard.textContent = "听到您的声音了。";
  }

  tones() {
    this.speaker ??= new AudioContext();
    void this.speaker.resume();
    playTones(this.speaker);
  }

  async measure() {
    const words = element("check-line-words", HTMLElement);
    const facts = element("check-line-facts", HTMLElement);
    const on = element("check-line-on", HTMLButtonElement);
    words.textContent = "正在检测，约十秒，请稍等…";
    facts.replaceChildren();
    on.hidden = true;
    this.line = await measure(this.room, "relayed" in this.root.dataset);
    if (this.step !== "line") return;
    const good = isGood(this.line);
    words.textContent = good ? "网络良好。" : "网络不太好，可能会卡。";
    facts.replaceChildren(...lineWords(this.line).map((text) => make("li", "", text)));
    on.hidden = !good;
    this.help(!good);
  }

  async save() {
    const result = element("check-result", HTMLElement);
    const again = element("check-save", HTMLButtonElement);
    const answers = Object.fromEntries(ASKED.map((step) => [step, this.answers[step] ?? false]));
    const { connected, rtt_ms: rtt, loss } = this.line;
    try {
      const kept = await post(`${this.room}/check`, {
        answers, declared: this.answers.declared ?? false, connected, rtt_ms: rtt, loss,
      });
      result.textContent = `${kept.words}。`;
      result.dataset.well = String(kept.well);
      element("check-advice", HTMLElement).hidden = kept.well;
      again.hidden = true;
      this.mark(kept.well);
    } catch (error) {
      result.textContent = `结果还没有保存。${explain(error)}`;
      result.dataset.well = "false";
      again.hidden = false;
    }
  }

  /** Remembered in this browser alone, and without a name. @param {boolean} well */
  mark(well) {
    try {
      if (well) localStorage.setItem(MARK, String(Date.now()));
      else localStorage.removeItem(MARK);
    } catch (_) {
      // A browser that keeps nothing asks again the next time.
    }
  }

  /** @returns {boolean} */
  passedBefore() {
    try {
      return Date.now() - Number(localStorage.getItem(MARK) ?? 0) < MARK_DAYS * DAY_MS;
    } catch (_) {
      return false;
    }
  }
}

void new Check();
