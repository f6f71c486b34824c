// The clerk's keys: speakers, next row, time stamp, draft kept at every stroke. Rules of the record are the server's.

import { clock, element, explain, make, post } from "./room-http.js";
import { askConflict, setUpConflict, setUpFinal } from "./transcript-dialogs.js";
import { Outbox, newId } from "./transcript-outbox.js";

/**
 * @typedef {import("./transcript.js").Line} Line
 * @typedef {import("./transcript.js").Transcript} Transcript
 * @typedef {{line: string, speaker: string, text: string, at: string, saved: number}} Draft
 * @typedef {import("./transcript-outbox.js").Entry} Entry
 * @typedef {import("./room-http.js").Refusal} Refusal
 */

const DRAFT_PAUSE = 1000; // milliseconds without a stroke before the draft goes to the server
const SPEAKER_KEYS = 9;

/** One textarea that appends lines or revises one, and what it has not yet got acknowledged. */
export class Editor {
  /**
   * @param {string} hearing
   * @param {string} seat
   * @param {Transcript} transcript
   * @param {() => number} serverNow milliseconds of the court's clock
   */
  constructor(hearing, seat, transcript, serverNow) {
    this.base = `/room/${hearing}/transcript`;
    this.draftKey = `court.draft.${hearing}.${seat}`;
    this.transcript = transcript;
    this.serverNow = serverNow;
    this.text = element("editor-text", HTMLTextAreaElement);
    this.bar = element("speaker-bar", HTMLElement);
    this.status = element("editor-status", HTMLElement);
    this.editing = element("editor-editing", HTMLElement);
    /** @type {string[]} */
    this.speakers = [];
    this.speaker = "";
    /** @type {Line | null} */
    this.revising = null;
    /** @type {Draft | null} */
    this.draft = null;
    this.draftTimer = 0;
    this.savedAt = "";
    this.outbox = new Outbox(`court.outbox.${hearing}.${seat}`, {
      sent: (entry, answer) => this.acknowledged(entry, answer),
      refused: (entry, refusal) => this.refused(entry, refusal),
      waiting: (count, trouble) => this.waiting(count, trouble),
    });
    /** Called once the server has made the text final. */
    this.finalised = () => this.lock();
    transcript.edit = (line) => this.revise(line);
    this.listen();
  }

  listen() {
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.changed());
    element("editor-commit", HTMLButtonElement).addEventListener("click", () => this.commit());
    element("editor-cancel", HTMLButtonElement).addEventListener("click", () => this.leaveRevising());
    window.addEventListener("beforeunload", (event) => {
      if (this.outbox.entries.length) event.preventDefault();
    });
    setUpConflict();
    setUpFinal(() => this.finalise());
  }

  /** Shows what a former life of this page left: lines on their way, then the unfinished row. @param {Draft | null} remote */
  restore(remote) {
    for (const entry of this.outbox.entries) this.show(entry);
    const local = this.loadDraft();
    const draft = local && (!remote || local.saved >= remote.saved) ? local : remote;
    if (draft && draft.text && !this.transcript.lines.has(draft.line)) {
      this.text.value = draft.text;
      this.draft = draft;
      this.choose(draft.speaker);
    }
    void this.outbox.flush();
  }

  /** @returns {Draft | null} */
  loadDraft() {
    try {
      return JSON.parse(localStorage.getItem(this.draftKey) || "null");
    } catch (_) {
      return null;
    }
  }

  /** @param {string[]} speakers captions in the order of the keys Alt+1…9 */
  setSpeakers(speakers) {
    if (speakers.join("\n") === this.speakers.join("\n")) return;
    this.speakers = speakers;
    this.bar.replaceChildren(
      ...speakers.map((speaker, index) => {
        const button = make("button", "speaker");
        button.type = "button";
        if (index < SPEAKER_KEYS) button.append(make("kbd", "", `Alt+${index + 1}`), " ");
        button.append(speaker);
        button.addEventListener("click", () => {
          this.choose(speaker);
          this.text.focus();
        });
        return button;
      }),
    );
    if (!speakers.includes(this.speaker)) this.choose(speakers[0] || "");
    else this.choose(this.speaker);
  }

  /** @param {string} speaker */
  choose(speaker) {
    this.speaker = speaker;
    [...this.bar.children].forEach((button, index) => {
      button.setAttribute("aria-pressed", String(this.speakers[index] === speaker));
    });
    element("editor-label", HTMLElement).textContent = speaker ? `${speaker} 说：` : "先选发言人";
    if (this.draft) this.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    // An input method owns the keyboard while it composes; Enter then picks a word, it is not a new row.
    if (event.isComposing || event.keyCode === 229) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (event.altKey && !event.ctrlKey && digit) {
      const speaker = this.speakers[Number(digit[1]) - 1];
      if (speaker) this.choose(speaker);
    } else if (event.key === "Enter" && event.altKey) {
      this.insert("\n");
    } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey) {
      this.commit();
    } else if (event.ctrlKey && (event.key === ";" || event.code === "Semicolon")) {
      this.insert(clock(this.serverNow()));
    } else if (event.ctrlKey && event.key.toLowerCase() === "s") {
      this.sayStatus(this.savedAt ? `已自动保存 ${this.savedAt}` : "还没有内容需要保存");
    } else if (event.key === "Escape" && this.revising) {
      this.leaveRevising();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {string} words at the cursor */
  insert(words) {
    const { selectionStart: from, selectionEnd: to } = this.text;
    this.text.setRangeText(words, from, to, "end");
    this.changed();
  }

  /** The row being written began at this moment. @param {string} at */
  begin(at) {
    if (this.revising) return;
    this.changed();
    if (this.draft) this.draft.at = at;
  }

  changed() {
    if (this.revising) return;
    if (!this.draft) {
      const at = new Date(this.serverNow()).toISOString();
      this.draft = { line: newId(), speaker: this.speaker, text: "", at, saved: 0 };
    }
    this.draft.speaker = this.speaker;
    this.draft.text = this.text.value;
    this.draft.saved = this.serverNow();
    this.keepDraft(this.draft);
    window.clearTimeout(this.draftTimer);
    this.draftTimer = window.setTimeout(() => void this.sendDraft(), DRAFT_PAUSE);
  }

  /** @param {Draft | null} draft */
  keepDraft(draft) {
    try {
      if (draft) localStorage.setItem(this.draftKey, JSON.stringify(draft));
      else localStorage.removeItem(this.draftKey);
    } catch (_) {
      this.sayStatus("本机存不下草稿，请尽快按回车提交这一行。");
    }
  }

  async sendDraft() {
    const draft = this.draft;
    if (!draft) return;
    try {
      const answer = await post(`${this.base}/draft`, draft);
      if (this.draft === draft) this.saved(answer.at);
    } catch (error) {
      this.sayStatus(`草稿已存在本机，尚未送到服务器：${explain(error)}`);
    }
  }

  /** @param {string} at when the server acknowledged */
  saved(at) {
    this.savedAt = clock(at);
    this.sayStatus(`已自动保存 ${this.savedAt}`);
  }

  commit() {
    const text = this.text.value.trim();
    if (!text) return;
    if (!this.speaker) return this.sayStatus("请先选发言人（Alt+1…9）。");
    if (this.revising) return this.sendRevision(this.revising, text);
    const draft = this.draft;
    const line = draft ? draft.line : newId();
    const at = draft ? draft.at : new Date(this.serverNow()).toISOString();
    window.clearTimeout(this.draftTimer);
    this.draft = null;
    const entry = { id: line, line, url: this.base, body: { id: line, speaker: this.speaker, text, at } };
    this.show(entry);
    this.outbox.add(entry);
    this.keepDraft(null);
    this.text.value = "";
    this.text.focus();
    return undefined;
  }

  /** @param {Line} line */
  revise(line) {
    if (!this.revising && this.text.value.trim()) this.keepDraft(this.draft);
    this.revising = { ...line };
    this.editing.hidden = false;
    element("editor-editing-text", HTMLElement).textContent = `正在修改 ${clock(line.at)} ${line.speaker} 的话`;
    this.choose(line.speaker);
    this.text.value = line.text;
    this.text.focus();
  }

  leaveRevising() {
    this.revising = null;
    this.editing.hidden = true;
    this.text.value = this.draft ? this.draft.text : "";
    if (this.draft) this.choose(this.draft.speaker);
    this.text.focus();
  }

  /** @param {Line} line @param {string} text */
  sendRevision(line, text) {
    const body = { id: newId(), rev: line.rev, speaker: this.speaker, text };
    this.outbox.add({ id: body.id, line: line.id, url: `${this.base}/${line.id}`, body });
    this.leaveRevising();
  }

  /** @param {Entry} entry a new line still on its way */
  show(entry) {
    const { id, speaker, text, at, rev } = /** @type {any} */ (entry.body);
    if (rev !== undefined) return;
    this.transcript.put({ id, seq: 0, rev: 0, speaker, text, at, offset_ms: null, by: "", pending: true });
  }

  /** @param {Entry} entry @param {{line: Line, at: string}} answer the line under its own id and number */
  acknowledged(entry, answer) {
    this.transcript.remove(entry.line);
    this.transcript.put(answer.line);
    this.saved(answer.at);
  }

  /** @param {Entry} entry @param {Refusal} refusal */
  refused(entry, refusal) {
    const body = /** @type {any} */ (entry.body);
    const current = /** @type {any} */ (refusal.problem.current);
    if (refusal.status === 409 && current) {
      this.transcript.put(current);
      return askConflict(body.text, current, (text) => {
        const again = { id: newId(), rev: current.rev, speaker: body.speaker, text };
        this.outbox.add({ id: again.id, line: current.id, url: entry.url, body: again });
      });
    }
    this.transcript.remove(entry.line);
    // What was written is given back to the writer, never thrown away.
    const kept = element("editor-kept", HTMLElement);
    kept.append(make("li", "", `没有记入笔录：${body.speaker}：${body.text} —— ${refusal.words}`));
    kept.hidden = false;
    return undefined;
  }

  /** @param {number} count @param {string} trouble why nothing gets through now */
  waiting(count, trouble) {
    if (count && !trouble) this.sayStatus(`正在送出，还有 ${count} 行`);
    if (count && trouble) this.sayStatus(`${count} 行存在本机，恢复后自动按顺序送出。${trouble}`);
  }

  async finalise() {
    if (this.outbox.entries.length) throw new Error("还有没送到服务器的内容，请等送完再定稿。");
    await post(`${this.base}/finalise`);
    this.finalised();
  }

  /** A final text is never changed. */
  lock() {
    this.text.disabled = true;
    element("editor-commit", HTMLButtonElement).disabled = true;
    element("finalise", HTMLButtonElement).disabled = true;
    this.sayStatus("笔录已定稿，不能再改。");
  }

  /** @param {string} words */
  sayStatus(words) {
    this.status.textContent = words;
  }
}
