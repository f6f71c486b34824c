// Playback of a hearing: one master clock, all tracks follow; timeline with gaps, transcript lines, integrity in words.

import { clock, element, explain, get, make, span } from "./room-http.js";
import { PlayerTrack } from "./player-track.js";

/**
 * @typedef {import("./player-track.js").TrackFacts} TrackFacts
 * @typedef {{id: string, speaker: string, text: string, at: string, offset_ms: number | null}} Line
 * @typedef {{hearing: string, started_at: string, length_ms: number, tracks: TrackFacts[],
 *   gaps: {start_ms: number, end_ms: number, reason: string}[], lines: Line[]}} Manifest
 */

const BEFORE_LINE_MS = 3000;
const TICK_MS = 50;

class Player {
  /** @param {Manifest} manifest */
  constructor(manifest) {
    this.manifest = manifest;
    this.position = 0; // milliseconds from the start of the recording
    this.playing = false;
    this.rate = 1;
    this.last = performance.now();
    this.button = element("play", HTMLButtonElement);
    this.seek = element("seek", HTMLInputElement);
    this.time = element("position", HTMLElement);
    this.state = element("player-state", HTMLElement);
    /** @type {{track: PlayerTrack, note: HTMLElement}[]} */
    this.tracks = [];
    this.build();
    this.listen();
    window.setInterval(() => this.tick(), TICK_MS);
  }

  build() {
    const stage = element("tracks-stage", HTMLElement);
    for (const facts of this.manifest.tracks) {
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
      stage.append(box);
      this.tracks.push({ track: new PlayerTrack(facts, media), note });
    }
    this.drawTimeline();
    this.drawLines();
    this.seek.max = String(this.manifest.length_ms);
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

  listen() {
    this.button.addEventListener("click", () => this.play(!this.playing));
    this.seek.addEventListener("input", () => this.jump(Number(this.seek.value)));
    element("rate", HTMLSelectElement).addEventListener("change", (event) => {
      if (event.target instanceof HTMLSelectElement) this.rate = Number(event.target.value);
    });
    for (const button of document.querySelectorAll("button[data-jump]")) {
      if (!(button instanceof HTMLButtonElement)) continue;
      button.addEventListener("click", () => this.jump(this.position + Number(button.dataset.jump)));
    }
    window.addEventListener("hashchange", () => this.fromHash());
  }

  /** `#line-<id>` opens at that line, ready to be heard. */
  fromHash() {
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
    if (on && this.position >= this.manifest.length_ms) this.jump(0);
    this.playing = on;
    this.last = performance.now();
    this.button.textContent = on ? "暂停" : "播放";
    this.button.setAttribute("aria-pressed", String(on));
  }

  /** @param {number} to milliseconds */
  jump(to) {
    this.position = Math.min(this.manifest.length_ms, Math.max(0, to));
    this.last = performance.now();
    this.tick();
  }

  tick() {
    const now = performance.now();
    // One track that has not arrived yet holds all of them, so that none runs ahead of another.
    const waiting = this.tracks.some(({ track }) => track.waiting(this.position));
    if (this.playing && !waiting) this.position += (now - this.last) * this.rate;
    this.last = now;
    if (this.position >= this.manifest.length_ms) {
      this.position = this.manifest.length_ms;
      if (this.playing) this.play(false);
    }
    for (const { track, note } of this.tracks) {
      void track.feed(this.position);
      track.follow(this.position, this.playing && !waiting, this.rate);
      const words = this.noteOf(track);
      if (note.textContent !== words) note.textContent = words;
    }
    this.draw(waiting);
  }

  /** @param {PlayerTrack} track @returns {string} why there is nothing to see or hear now */
  noteOf(track) {
    const segment = track.segmentAt(this.position);
    if (segment) return track.broken.get(segment.index) || "";
    const gap = track.gapAt(this.position);
    return gap ? gap.reason : "无记录";
  }

  /** @param {boolean} waiting */
  draw(waiting) {
    const at = Date.parse(this.manifest.started_at) + this.position;
    this.time.textContent = `${span(this.position)} / ${span(this.manifest.length_ms)}（${clock(at)}）`;
    if (document.activeElement !== this.seek || this.playing) this.seek.value = String(Math.round(this.position));
    this.seek.setAttribute("aria-valuetext", `${span(this.position)}，共 ${span(this.manifest.length_ms)}`);
    const words = waiting ? "正在读取录音录像…" : "";
    if (this.state.textContent !== words) this.state.textContent = words;
    this.markLine();
  }

  markLine() {
    let current = null;
    for (const line of this.manifest.lines) {
      if (line.offset_ms !== null && line.offset_ms <= this.position) current = line.id;
    }
    for (const item of document.querySelectorAll("#player-lines > li")) {
      item.classList.toggle("t-now", item.id === `p-${current}`);
    }
  }

  drawTimeline() {
    const box = element("timeline", HTMLElement);
    const length = Math.max(1, this.manifest.length_ms);
    for (const facts of this.manifest.tracks) {
      const row = make("div", "timeline__row");
      row.append(make("span", "timeline__name", `${facts.caption} ${facts.media === "audio" ? "声音" : "画面"}`));
      const bar = make("div", "timeline__bar");
      /** @param {number} from @param {number} to @param {string} kind @param {string} words */
      const add = (from, to, kind, words) => {
        const part = make("span", `timeline__part timeline__part--${kind}`);
        part.style.left = `${(from / length) * 100}%`;
        part.style.width = `${((to - from) / length) * 100}%`;
        part.title = words;
        bar.append(part);
      };
      for (const one of facts.segments) add(one.start_ms, one.end_ms, "kept", "");
      for (const one of facts.gaps) {
        add(one.start_ms, one.end_ms, "gap", `${span(one.start_ms)}–${span(one.end_ms)} ${one.reason}`);
      }
      bar.addEventListener("click", (event) => {
        const area = bar.getBoundingClientRect();
        this.jump(((event.clientX - area.left) / area.width) * length);
      });
      row.append(bar);
      box.append(row);
    }
  }

  drawLines() {
    const list = element("player-lines", HTMLOListElement);
    for (const line of this.manifest.lines) {
      const item = make("li", "t-line");
      item.id = `p-${line.id}`;
      const button = make("button", "t-hear");
      button.type = "button";
      button.disabled = line.offset_ms === null;
      button.append(make("span", "t-time", clock(line.at)), make("span", "t-speaker", line.speaker));
      button.append(make("span", "t-text", line.text));
      button.addEventListener("click", () => this.hear(line));
      item.append(button);
      list.append(item);
    }
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
  const hearing = String(element("playback", HTMLElement).dataset.hearing);
  void showIntegrity(hearing);
  try {
    const player = new Player(await get(`/hearings/${hearing}/playback.json`));
    player.fromHash();
  } catch (error) {
    element("player-state", HTMLElement).textContent = explain(error);
  }
}

void start();
