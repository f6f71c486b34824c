// What is written in the session: transcript, the clerk's editor, what a machine heard, the agreement. Wires, decides nothing.

import { drawReadings } from "./room-readings.js";
import { Heard } from "./room-heard.js";
import { Agreement } from "./signing.js";
import { Editor } from "./transcript-editor.js";
import { Transcript } from "./transcript.js";

export class Texts {
  /**
   * @param {{hearing: string, me: string, layout: string, staff: boolean, now: () => number,
   *   say: (words: string) => void, final: () => void}} page `final`: the text can no longer be changed
   */
  constructor({ hearing, me, layout, staff, now, say, final }) {
    /** @type {string[]} */
    this.speakers = [];
    this.started = false;
    this.shielded = false;
    this.final = final;
    const writes = Boolean(document.getElementById("editor-text"));
    this.transcript = new Transcript({
      hearing,
      mayRequest: Boolean(document.getElementById("correction-dialog")),
      mayDecide: layout === "bench",
      mayEdit: writes,
      mayListen: staff,
    });
    this.editor = writes ? new Editor(hearing, me, this.transcript, now) : null;
    if (this.editor) this.editor.finalised = () => this.finish();
    this.heard = writes
      ? new Heard(hearing, () => this.speakers, (line) => this.transcript.apply({ line }))
      : null;
    this.agreement = new Agreement(hearing, layout, say);
  }

  /** The server's whole state. @param {any} state */
  apply(state) {
    this.speakers = state.speakers;
    // A witness sits down before this screen, or has left: what it may show is another.
    if (state.shielded !== this.shielded) this.transcript.clear();
    this.shielded = state.shielded;
    this.transcript.reset(state);
    if (state.transcript_final) this.finish();
    this.agreement.update(state.agreement);
    drawReadings(state.readings);
    if (this.editor) {
      this.editor.setSpeakers(state.speakers);
      if (!this.started) this.editor.restore(state.draft);
      if (this.heard) void this.heard.refresh();
    }
    this.started = true;
  }

  /** The person has entered. */
  enter() {
    this.transcript.setFollowing(true);
    if (this.editor) this.editor.text.focus();
  }

  finish() {
    this.transcript.freeze();
    if (this.editor) this.editor.lock();
    this.final();
  }

  /** @param {string} topic @param {any} body */
  noticed(topic, body) {
    if (topic === "transcript") {
      if (body.line) this.transcript.apply(body);
      if (body.final) this.transcript.say("笔录已定稿，不能再改。");
      if (body.final) this.finish();
    } else if (topic === "heard") {
      if (this.heard) this.heard.noticed(body);
    } else if (topic === "correction") {
      void this.transcript.refresh();
    } else if (topic === "agreement") {
      void this.agreement.refresh();
    }
  }
}
