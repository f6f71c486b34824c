// Playback of a hearing: one master clock, all tracks follow; also while it still runs. Drawing is in player-view.js.

import { clock, element, explain, get, make, span } from "./room-http.js";
import { listenToKeys } from "./player-keys.js";
import { PlayerTrack } from "./player-track.js";
import { Marks, Watermark, drawLines, drawTimeline, markLine } from "./player-view.js";

/**
 * @typedef {import("./player-track.js").TrackFacts} TrackFacts
 * @typedef {import("./player-view.js").Line} Line
 * @typedef {{hearing: string, started_at: string, live: boolean, length_ms: number, tracks: TrackFacts[],
 *   markers: import("./player-view.js").Marker[], lines: Line[]}} Manifest
 */

const BEFORE_LINE_MS = 3000;
const TICK_MS = 50;
const LIVE_EVERY_MS = 2000;
const BEHIND_EDGE_MS = 5000; // a segment is about four seconds: the newest closed one is played
const TOO_FAR_MS = 12000;

class Player {
  /** @param {Manifest} manifest */
  constructor(manifest) {
    this.manifest = manifest;
    this.position = 0; // milliseconds from the start of the recording
    this.playing = false;
    this.following = false;
    this.rate = 1;
    this.last = performance.now();
    this.second = "";
    this.button = element("play", HTMLButtonElement);
    this.follow = element("follow", HTMLButtonElement);
    this.seek = element("seek", HTMLInputElement);
    this.select = element("rate", HTMLSelectElement);
    this.time = element("position", HTMLElement);
    this.state = element("player-state", HTMLElement);
    this.pictures = element("tracks-pictures", HTMLElement);
    this.sounds = element("tracks-sounds", HTMLElement);
    this.marks = new Marks((to) => this.jump(to));
    /** @type {{track: PlayerTrack, note: HTMLElement, clock: HTMLElement | null}[]} */
    this.tracks = [];
    for (const facts of manifest.tracks) this.addTrack(facts);
    this.drawAll();
    this.listen();
    window.setInterval(() => this.tick(), TICK_MS);
    window.setInterval(() => void this.refresh(), LIVE_EVERY_MS);
  }

  /** @param {TrackFacts} facts */
  addTrack(facts) {
    const box = make("figure", facts.media === "video" ? "tile" : "tile tile--sound");
    const media = document.createElement(facts.media);
    media.preload = "auto";
    if (media instanceof HTMLVideoElement) {
      media.muted = true;
      media.playsInline = true;
    }
    media.setAttribute("aria-label", `${facts.caption} ${facts.media === "video" ? "画面" : "声音"}`);
    const bar = make("figcaption", "tile__bar");
    const note = make("span", "tile__note");
    bar.append(make("span", "tile__caption", `${facts.caption}${facts.media === "audio" ? " 声音" : ""}`), note);
    box.append(media, bar);
    if (media instanceof HTMLAudioElement) bar.append(this.soundSwitch(media, facts.caption));
    const shown = facts.media === "video" ? make("span", "tile__clock") : null;
    if (shown) box.append(shown);
    (facts.media === "video" ? this.pictures : this.sounds).append(box);
    this.tracks.push({ track: new PlayerTrack(facts, media), note, clock: shown });
  }

  /** @param {HTMLAudioElement} media @param {string} caption */
  soundSwitch(media, caption) {
    const button = make("button", "button button--secondary button--small", "声音：开");
    button.type = "button";
    button.setAttribute("aria-label", `${caption} 的声音`);
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      media.muted = !media.muted;
      button.setAttribute("aria-pressed", String(!media.muted));
      button.textContent = media.muted ? "声音：关" : "声音：开";
    });
    return button;
  }

  drawAll() {
    const facts = this.tracks.map(({ track }) => track.facts);
    drawTimeline(facts, this.manifest.length_ms, (to) => this.jump(to));
    drawLines(this.manifest.lines, (line) => this.hear(line));
    this.marks.set(this.manifest.markers, facts);
    this.seek.max = String(this.manifest.length_ms);
  }

  listen() {
    this.button.addEventListener("click", () => this.play(!this.playing));
    this.follow.addEventListener("click", () => this.followEdge(!this.following));
    this.seek.addEventListener("input", () => this.jump(Number(this.seek.value)));
    this.select.addEventListener("change", () => this.speed(Number(this.select.value)));
    for (const button of document.querySelectorAll("button[data-jump]")) {
      if (!(button instanceof HTMLButtonElement)) continue;
      button.addEventListener("click", () => this.jump(this.position + Number(button.dataset.jump)));
    }
    window.addEventListener("hashchange", () => this.fromHash());
    listenToKeys(this);
  }

  /** `#line-<id>` opens at that line, `#at-<ms>` at that moment, ready to be heard. */
  fromHash() {
    const at = /^#at-(\d{1,9})$/.exec(window.location.hash);
    if (at) {
      this.jump(Number(at[1]) - BEFORE_LINE_MS);
      this.play(true);
      return;
    }
    const id = window.location.hash.replace("#line-", "");
    const line = this.manifest.lines.find((one) => one.id === id);
    if (line) this.hear(line);
  }

  /** @param {Line} line */
  hear(line) {
    if (line.offset_ms === null) return;
    this.jump(line.offset_ms - BEFORE_LINE_MS);
    this.play(true);
  }

  /** @param {boolean} on */
  play(on) {
    if (on && !this.manifest.live && this.position >= this.manifest.length_ms) this.jump(0);
    this.playing = on;
    this.last = performance.now();
    this.button.textContent = on ? "暂停" : "播放";
    this.button.setAttribute("aria-pressed", String(on));
    if (!on) this.followEdge(false);
  }

  /** @param {number} rate */
  speed(rate) {
    this.rate = rate;
    this.select.value = String(rate);
  }

  /** @param {number} to milliseconds */
  jump(to) {
    this.followEdge(false);
    this.place(to);
  }

  /** @param {number} to milliseconds */
  place(to) {
    this.position = Math.min(this.manifest.length_ms, Math.max(0, to));
    this.last = performance.now();
    this.tick();
  }

  /** The newest saved seconds, and on with them. @param {boolean} on */
  followEdge(on) {
    if (this.following === on) return;
    this.following = on;
    this.follow.setAttribute("aria-pressed", String(on));
    if (!on) return;
    this.speed(1);
    this.place(this.edge() - BEHIND_EDGE_MS);
    this.play(true);
  }

  /** @returns {number} the end of the newest closed segment */
  edge() {
    return Math.max(0, ...this.tracks.map(({ track }) => track.end()));
  }

  /** While the session runs: what was saved meanwhile. */
  async refresh() {
    if (!this.manifest.live) return;
    const after = Math.max(0, this.manifest.length_ms - 15000);
    try {
      /** @type {Manifest} */
      const fresh = await get(`/hearings/${this.manifest.hearing}/playback.json?after=${after}`);
      for (const facts of fresh.tracks) {
        const known = this.tracks.find(({ track }) => track.facts.track === facts.track);
        if (known) known.track.merge(facts);
        else this.addTrack(facts);
      }
      const length = Math.max(this.manifest.length_ms, fresh.length_ms);
      this.manifest = { ...this.manifest, length_ms: length, live: fresh.live, markers: fresh.markers, lines: fresh.lines };
      this.drawAll();
      this.showSafe();
      if (this.following && this.edge() - this.position > TOO_FAR_MS) this.place(this.edge() - BEHIND_EDGE_MS);
    } catch (error) {
      element("safe", HTMLElement).textContent = explain(error);
    }
  }

  showSafe() {
    const until = Date.parse(this.manifest.started_at) + this.edge();
    element("safe", HTMLElement).textContent = this.manifest.live ? `已安全保存到 ${clock(until)}` : "本场已结束，录音录像完整可看。";
    this.follow.hidden = !this.manifest.live;
    if (!this.manifest.live) this.followEdge(false);
  }

  tick() {
    const now = performance.now();
    // One track that has not arrived yet holds all of them, so that none runs ahead of another.
    const waiting = this.tracks.some(({ track }) => track.waiting(this.position));
    if (this.playing && !waiting) this.position += (now - this.last) * this.rate;
    this.last = now;
    if (this.position >= this.manifest.length_ms) {
      this.position = this.manifest.length_ms;
      if (this.playing && !this.manifest.live) this.play(false);
    }
    const moment = this.moment();
    for (const { track, note, clock: shown } of this.tracks) {
      void track.feed(this.position);
      track.follow(this.position, this.playing && !waiting, this.rate);
      const words = this.noteOf(track);
      if (note.textContent !== words) note.textContent = words;
      if (shown && shown.textContent !== moment) shown.textContent = moment;
    }
    this.draw(waiting);
  }

  /** @returns {string} the local time of what is shown */
  moment() {
    return clock(Date.parse(this.manifest.started_at) + this.position);
  }

  /** @param {PlayerTrack} track @returns {string} why there is nothing to see or hear now */
  noteOf(track) {
    const segment = track.segmentAt(this.position);
    if (segment) return track.broken.get(segment.index) || "";
    const gap = track.gapAt(this.position);
    if (gap) return gap.reason;
    return this.manifest.live && this.position >= track.end() ? "等待保存" : "无记录";
  }

  /** @param {boolean} waiting */
  draw(waiting) {
    const words = waiting ? "正在读取录音录像…" : "";
    if (this.state.textContent !== words) this.state.textContent = words;
    if (document.activeElement !== this.seek || this.playing) this.seek.value = String(Math.round(this.position));
    const second = `${span(this.position)} / ${span(this.manifest.length_ms)}（${this.moment()}）`;
    if (second === this.second) return;
    this.second = second;
    this.time.textContent = second;
    this.seek.setAttribute("aria-valuetext", `${span(this.position)}，共 ${span(this.manifest.length_ms)}`);
    markLine(this.manifest.lines, this.position);
    this.marks.mark(this.position);
  }
}

/** The hash chain, the root and the signature over it, checked by the server from the files themselves. @param {string} hearing */
async function showIntegrity(hearing) {
  const words = element("integrity-words", HTMLElement);
  try {
    const report = await get(`/hearings/${hearing}/recording/integrity`);
    words.textContent = report.sound ? "核对一致：录音录像完整，未被改动。" : "核对不一致，请看下面的说明。";
    words.className = report.sound ? "tag tag--good" : "tag tag--bad";
    element("integrity-root", HTMLElement).textContent = report.root || "—";
    element("integrity-problems", HTMLElement).replaceChildren(
      ...report.problems.map((/** @type {string} */ text) => make("li", "", text)),
    );
  } catch (error) {
    words.textContent = explain(error);
  }
}

async function start() {
  const page = element("playback", HTMLElement);
  const hearing = String(page.dataset.hearing);
  void showIntegrity(hearing);
  new Watermark(element("tracks-stage", HTMLElement), String(page.dataset.watermark));
  try {
    const player = new Player(await get(`/hearings/${hearing}/playback.json`));
    player.fromHash();
    if (player.manifest.live) player.showSafe();
  } catch (error) {
    element("player-state", HTMLElement).textContent = explain(error);
  }
}

void start();
