// The transcript on everyone's screen: lines as the server acknowledged them, follow, corrections, history.

import { clock, during, element, explain, get, make, post, span } from "./room-http.js";

/**
 * @typedef {{id: string, seq: number, rev: number, speaker: string, text: string, at: string,
 *   offset_ms: number | null, by: string, pending?: boolean}} Line
 * @typedef {{id: string, line_id: string, wanted: string, reason: string, by: string,
 *   state: string}} Correction
 * @typedef {{hearing: string, mayRequest: boolean, mayDecide: boolean, mayEdit: boolean, mayListen: boolean}} Rights
 */

/** @type {Record<string, string>} */
const DECIDED = { requested: "等待法庭决定", accepted: "已更正", refused: "不予更正" };

/** The list of lines and what a person may do with one. */
export class Transcript {
  /** @param {Rights} rights */
  constructor(rights) {
    this.rights = rights;
    this.list = element("transcript-lines", HTMLOListElement);
    this.pane = element("transcript-pane", HTMLElement);
    this.follow = element("transcript-follow", HTMLButtonElement);
    this.notice = element("transcript-notice", HTMLElement);
    /** @type {Map<string, Line>} */
    this.lines = new Map();
    /** @type {Map<string, Correction>} */
    this.corrections = new Map();
    /** @type {(line: Line) => void} */
    this.edit = () => undefined;
    this.following = true;
    this.follow.addEventListener("click", () => this.setFollowing(!this.following));
    element("transcript-larger", HTMLButtonElement).addEventListener("click", () => this.enlarge());
    const back = document.getElementById("replay");
    if (back) back.addEventListener("click", () => this.lookBack());
    const dialog = document.getElementById("correction-dialog");
    if (dialog instanceof HTMLDialogElement) {
      element("correction-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
    }
    this.pane.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  /** @param {boolean} on */
  setFollowing(on) {
    this.following = on;
    this.follow.setAttribute("aria-pressed", String(on));
    this.follow.textContent = on ? "跟随：开" : "跟随：关";
    if (on) this.toEnd();
  }

  /** Four steps of type, then back to the first. */
  enlarge() {
    const record = this.pane.closest(".record");
    if (!(record instanceof HTMLElement)) return;
    record.dataset.size = String((Number(record.dataset.size || "0") + 1) % 4);
    if (this.following) this.toEnd();
  }

  /** Shows what was said before, and stays there. */
  lookBack() {
    this.setFollowing(false);
    this.pane.scrollTop -= this.pane.clientHeight * 0.8;
    this.pane.focus();
  }

  /** The final text: nothing more to change or to ask for. */
  freeze() {
    if (!this.rights.mayEdit && !this.rights.mayRequest) return;
    this.rights = { ...this.rights, mayEdit: false, mayRequest: false };
    for (const line of this.lines.values()) this.draw(line);
  }

  toEnd() {
    this.pane.scrollTop = this.pane.scrollHeight;
  }

  /** Reading back by hand ends the following; coming to the end starts it again. */
  scrolled() {
    const below = this.pane.scrollHeight - this.pane.scrollTop - this.pane.clientHeight;
    const atEnd = below < 48;
    if (atEnd !== this.following) this.setFollowing(atEnd);
  }

  /** @param {{lines: Line[], corrections: Correction[]}} state all of it, after joining or a lost link */
  reset(state) {
    for (const line of state.lines) this.put(line);
    for (const correction of state.corrections) this.putCorrection(correction);
  }

  /** Nothing of it may stay in sight. */
  clear() {
    this.lines.clear();
    this.corrections.clear();
    this.list.replaceChildren();
  }

  /** @param {Line} line newer revisions replace older ones; an older one arriving late is ignored */
  put(line) {
    const known = this.lines.get(line.id);
    if (known && !known.pending && known.rev > line.rev) return;
    this.lines.set(line.id, line);
    this.draw(line);
    if (this.following) this.toEnd();
  }

  /** @param {Correction} correction */
  putCorrection(correction) {
    this.corrections.set(correction.id, correction);
    const line = this.lines.get(correction.line_id);
    if (line) this.draw(line);
    this.countRequests();
  }

  countRequests() {
    const badge = document.getElementById("correction-count");
    const open = [...this.corrections.values()].filter((one) => one.state === "requested").length;
    if (badge) badge.textContent = open ? `更正请求 ${open} 条待决定` : "";
  }

  /** @param {Line} line */
  draw(line) {
    const id = `line-${line.id}`;
    const item = document.getElementById(id) || make("li", "t-line");
    item.id = id;
    item.classList.toggle("t-pending", Boolean(line.pending));
    const head = make("p", "t-head");
    head.append(make("span", "t-speaker", line.speaker), make("time", "t-time", clock(line.at)));
    if (line.offset_ms !== null) head.append(make("span", "t-offset", `录音 ${span(line.offset_ms)}`));
    if (line.pending) head.append(make("span", "t-mark", "尚未送达"));
    const kids = [head, make("p", "t-text", line.text)];
    if (!line.pending) kids.push(this.actions(line));
    for (const one of this.corrections.values()) {
      if (one.line_id === line.id) kids.push(this.drawCorrection(one));
    }
    item.replaceChildren(...kids);
    if (!item.isConnected) this.place(item, line);
  }

  /** Pending lines stand last; acknowledged ones stand by their number. @param {HTMLElement} item @param {Line} line */
  place(item, line) {
    item.dataset.seq = String(line.pending ? Number.MAX_SAFE_INTEGER : line.seq);
    const after = [...this.list.children].find(
      (other) => other instanceof HTMLElement && Number(other.dataset.seq) > Number(item.dataset.seq),
    );
    this.list.insertBefore(item, after || null);
  }

  /** @param {string} id a line that is no longer on its way: acknowledged under its own id, or refused */
  remove(id) {
    const line = this.lines.get(id);
    if (!line || !line.pending) return;
    this.lines.delete(id);
    const item = document.getElementById(`line-${id}`);
    if (item) item.remove();
  }

  /** @param {Line} line */
  actions(line) {
    const bar = make("p", "t-actions");
    const add = (/** @type {string} */ text, /** @type {(button: HTMLButtonElement) => void} */ act) => {
      const button = make("button", "quiet", text);
      button.type = "button";
      button.setAttribute("aria-label", `${text}：${line.speaker} ${clock(line.at)}`);
      button.addEventListener("click", () => act(button));
      bar.append(button);
    };
    if (this.rights.mayListen && line.offset_ms !== null) {
      const link = make("a", "quiet", "回听");
      link.href = `/hearings/${this.rights.hearing}/playback#line-${line.id}`;
      link.target = "_blank";
      link.rel = "noopener";
      link.setAttribute("aria-label", `回听：${line.speaker} ${clock(line.at)}（新窗口）`);
      bar.append(link);
    }
    if (this.rights.mayEdit) add("修改", () => this.edit(line));
    if (this.rights.mayRequest) add("请求更正", () => this.askCorrection(line));
    if (line.rev > 1) add(`已修改 ${line.rev - 1} 次`, (button) => void this.showHistory(line, button));
    return bar;
  }

  /** @param {Line} line @param {HTMLButtonElement} button */
  async showHistory(line, button) {
    const item = element(`line-${line.id}`, HTMLLIElement);
    const old = item.querySelector(".t-history");
    if (old) return old.remove();
    await during(
      button,
      async () => {
        const answer = await get(`/room/${this.rights.hearing}/transcript/${line.id}/history`);
        const list = make("ol", "t-history");
        for (const one of answer.revisions) {
          list.append(make("li", "", `第 ${one.rev} 稿 ${clock(one.at)} ${one.by}：${one.speaker}：${one.text}`));
        }
        item.append(list);
      },
      (text) => this.say(text),
    );
    return undefined;
  }

  /** @param {Line} line */
  askCorrection(line) {
    const dialog = element("correction-dialog", HTMLDialogElement);
    const form = element("correction-form", HTMLFormElement);
    element("correction-original", HTMLElement).textContent = `${line.speaker}：${line.text}`;
    const text = element("correction-text", HTMLTextAreaElement);
    const problem = element("correction-problem", HTMLElement);
    text.value = line.text;
    problem.textContent = "";
    const seat = document.getElementById("correction-seat");
    form.onsubmit = (event) => {
      event.preventDefault();
      const send = async () => {
        const url = `/room/${this.rights.hearing}/transcript/${line.id}/corrections`;
        const who = seat instanceof HTMLSelectElement ? seat.value : "";
        this.apply(await post(url, { wanted: text.value, seat: who }));
        dialog.close();
        this.say("更正请求已送到法庭。");
      };
      const button = form.querySelector("button[type=submit]");
      if (button instanceof HTMLButtonElement) {
        void during(button, send, (words) => (problem.textContent = words));
      }
    };
    dialog.showModal();
  }

  /** @param {Correction} one */
  drawCorrection(one) {
    const box = make("div", `t-correction t-${one.state}`);
    box.append(make("p", "", `${one.by} 请求改为：${one.wanted}`));
    box.append(make("p", "t-mark", DECIDED[one.state] + (one.reason ? `：${one.reason}` : "")));
    if (one.state === "requested" && this.rights.mayDecide) box.append(this.decisionForm(one));
    return box;
  }

  /** @param {Correction} one */
  decisionForm(one) {
    const form = make("form", "t-decide");
    const label = make("label", "", "理由（不采纳时必填）");
    const reason = make("input", "input");
    reason.id = `reason-${one.id}`;
    reason.maxLength = 500;
    label.htmlFor = reason.id;
    form.append(label, reason);
    for (const [accept, words] of /** @type {[boolean, string][]} */ ([[true, "同意更正"], [false, "不予更正"]])) {
      const button = make("button", accept ? "button button--primary" : "button button--secondary", words);
      button.type = "button";
      button.addEventListener("click", () => void this.decide(one, accept, reason.value.trim(), button));
      form.append(button);
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    return form;
  }

  /** @param {Correction} one @param {boolean} accept @param {string} reason @param {HTMLButtonElement} button */
  async decide(one, accept, reason, button) {
    const url = `/room/${this.rights.hearing}/transcript/corrections/${one.id}`;
    await during(button, async () => this.apply(await post(url, { accept, reason })), (text) => this.say(text));
  }

  /** @param {{line?: Line, correction?: Correction}} change what one act of the server changed */
  apply(change) {
    if (change.line) this.put(change.line);
    if (change.correction) this.putCorrection(change.correction);
  }

  /** @param {string} text */
  say(text) {
    this.notice.textContent = text;
  }

  /** Asks the server again for everything; after a lost link nothing may be missing. */
  async refresh() {
    try {
      this.reset(await get(`/room/${this.rights.hearing}/transcript`));
    } catch (error) {
      this.say(explain(error));
    }
  }
}
