// What the clerk has written and the server has not yet acknowledged; kept in order across reloads.

import { Refusal, Unreachable, explain, post } from "./room-http.js";

/**
 * One request waiting for its answer. `id` is the idempotency key, made once: sending again never duplicates.
 * @typedef {{id: string, line: string, url: string, body: Record<string, unknown>}} Entry
 * @typedef {{
 *   sent: (entry: Entry, answer: any) => void,
 *   refused: (entry: Entry, refusal: Refusal) => void,
 *   waiting: (count: number, trouble: string) => void,
 * }} Listener
 */

const RETRY_FIRST = 500; // milliseconds
const RETRY_LAST = 8000;

/**
 * A refusal that says nothing about the text: the server is ill, the session ended, the page grew old.
 * @param {Refusal} refusal
 */
function passing(refusal) {
  return refusal.status >= 500 || [401, 408, 429].includes(refusal.status) || refusal.code === "web.csrf";
}

/** A first-in-first-out queue over localStorage with one request under way at a time. */
export class Outbox {
  /** @param {string} key storage key, one per hearing and seat @param {Listener} listener */
  constructor(key, listener) {
    this.key = key;
    this.listener = listener;
    /** @type {Entry[]} */
    this.entries = this.load();
    this.busy = false;
    this.pause = RETRY_FIRST;
    window.addEventListener("online", () => void this.flush());
  }

  /** @returns {Entry[]} */
  load() {
    try {
      const value = JSON.parse(localStorage.getItem(this.key) || "[]");
      return Array.isArray(value) ? value : [];
    } catch (_) {
      return [];
    }
  }

  save() {
    try {
      if (this.entries.length) localStorage.setItem(this.key, JSON.stringify(this.entries));
      else localStorage.removeItem(this.key);
    } catch (_) {
      // Storage full or forbidden: the queue still works until this page is closed.
    }
  }

  /** @param {Entry} entry */
  add(entry) {
    this.entries.push(entry);
    this.save();
    void this.flush();
  }

  /** Sends everything in order; stops at the first request that found no server and comes back later. */
  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.entries.length) {
        const entry = this.entries[0];
        this.listener.waiting(this.entries.length, "");
        try {
          const answer = await post(entry.url, entry.body);
          this.drop(entry);
          this.listener.sent(entry, answer);
        } catch (error) {
          if (error instanceof Refusal && !passing(error)) {
            this.drop(entry);
            this.listener.refused(entry, error);
          } else {
            if (!(error instanceof Unreachable || error instanceof Refusal)) console.warn(error);
            this.listener.waiting(this.entries.length, explain(error));
            setTimeout(() => void this.flush(), this.pause);
            this.pause = Math.min(RETRY_LAST, this.pause * 2);
            return;
          }
        }
        this.pause = RETRY_FIRST;
      }
      this.listener.waiting(0, "");
    } finally {
      this.busy = false;
    }
  }

  /** @param {Entry} entry */
  drop(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    this.save();
  }
}

/** @returns {string} a random id, made where the record is made */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // UUID version 7: 48 bits of milliseconds first, so that ids made here sort by time.
  let at = Date.now();
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = at % 256;
    at = Math.floor(at / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
