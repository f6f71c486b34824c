// 逐段宣读: one paragraph at a time in large type, and each person's own buttons. What counts, the server says.

import { speak, voice } from "./kiosk-speech.js";
import { during, make, post } from "./room-http.js";

/**
 * @typedef {{id: string, label: string, text: string}} Paragraph
 * @typedef {{id: string, name: string, caption: string, role: string, here: boolean, acknowledged: string[],
 *   questions: string[]}} Reader
 * @typedef {{rev: number, reason: string, signatures: string[], paragraphs: string[], at: string, by: string}} Change
 * @typedef {{id: string, rev: number, state: string, paragraphs: Paragraph[], current: string, heard: boolean, signers: Reader[]}} Text
 */

const HEARERS = ["party", "agent"];

/** @param {Text} text @returns {Reader[]} who has to answer */
export const hearers = (text) => text.signers.filter((one) => HEARERS.includes(one.role));

/** @param {Change} change @returns {string} what fell, and why */
export function fallen(change) {
  const signed = change.signatures.length ? `${change.signatures.join("、")}先前的签名已经作废。` : "";
  const again = change.paragraphs.length ? `${change.paragraphs.join("、")}改了，要重新听、重新确认。` : "";
  const why = change.reason ? `原因：${change.reason}` : "";
  return `协议作了修改。${signed}${again}${why}`;
}

/** The card with the paragraph that is being read. */
export class ReadingCard {
  /**
   * @param {HTMLElement} root with [data-reading-title], -text, -buttons, -problem, -speak, -lead
   * @param {() => Promise<void>} refresh after an answer
   * @param {{at: (text: Text) => string, name: string}} about where answers go, and what is read
   */
  constructor(root, refresh, about = { at: (text) => `/agreements/${text.id}`, name: "调解协议" }) {
    this.root = root;
    this.about = about;
    this.refresh = refresh;
    this.title = this.part("title");
    this.text = this.part("text");
    this.buttons = this.part("buttons");
    this.problem = this.part("problem");
    this.leadBar = this.part("lead");
    this.speaker = /** @type {HTMLButtonElement} */ (this.part("speak"));
    this.drawn = "";
    /** @type {Map<string, {state: string, row: HTMLElement}>} by person, as they stand */
    this.rows = new Map();
    this.speaker.addEventListener("click", () => void this.say());
    if ("speechSynthesis" in window) {
      speechSynthesis.addEventListener("voiceschanged", () => this.offerVoice());
    }
    this.offerVoice();
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    const found = this.root.querySelector(`[data-reading-${name}]`);
    if (!(found instanceof HTMLElement)) throw new Error(`no ${name}`);
    return found;
  }

  offerVoice() {
    this.speaker.hidden = !voice();
  }

  async say() {
    speechSynthesis.cancel();
    this.speaker.setAttribute("aria-pressed", "true");
    await speak(`${this.title.dataset.label || ""}。${this.text.textContent || ""}`);
    this.speaker.removeAttribute("aria-pressed");
  }

  /** @param {Text} text @param {boolean} leads @returns {boolean} whether there is something to read here */
  draw(text, leads) {
    const at = text.paragraphs.findIndex((one) => one.id === text.current);
    const paragraph = text.state === "reading" ? text.paragraphs[at] : undefined;
    const here = hearers(text).filter((one) => one.here);
    const shown = Boolean(paragraph) && (here.length > 0 || leads);
    const came = shown && this.root.hidden === true;
    this.root.hidden = !shown;
    if (!shown || !paragraph) return false;
    const said = hearers(text).map((one) => [
      one.acknowledged.includes(paragraph.id),
      one.questions.includes(paragraph.id),
    ]);
    const signature = JSON.stringify([text.rev, paragraph.id, said, leads]);
    if (signature === this.drawn) return came;
    // Whoever is writing a question keeps it; the next answer of the server draws what else has changed.
    const focused = document.activeElement;
    const writing = focused instanceof HTMLInputElement && this.buttons.contains(focused) && focused.value !== "";
    if (writing && this.drawn.includes(paragraph.id)) return came;
    if (!this.drawn.includes(paragraph.id) && "speechSynthesis" in window) speechSynthesis.cancel();
    this.drawn = signature;
    this.problem.hidden = true;
    this.title.dataset.label = paragraph.label;
    this.title.textContent = `${this.about.name} ${paragraph.label}（第 ${at + 1} 段，共 ${text.paragraphs.length} 段）`;
    this.text.textContent = paragraph.text;
    this.drawPeople(text, paragraph, here);
    this.leadBar.replaceChildren(...(leads ? this.lead(text, at) : []));
    return came;
  }

  /**
   * Only who has answered changes: a button must not vanish from under the finger of somebody else.
   * @param {Text} text @param {Paragraph} paragraph @param {Reader[]} people
   */
  drawPeople(text, paragraph, people) {
    const known = this.rows;
    this.rows = new Map();
    for (const one of people) {
      const said = [one.acknowledged.includes(paragraph.id), one.questions.includes(paragraph.id)];
      const state = JSON.stringify([text.rev, paragraph.id, said]);
      const old = known.get(one.id);
      if (old?.state === state) {
        this.rows.set(one.id, old);
        continue;
      }
      const row = this.answers(text, paragraph, one);
      if (old) old.row.replaceWith(row);
      else this.buttons.append(row);
      this.rows.set(one.id, { state, row });
    }
    for (const [id, { row }] of known) if (!this.rows.has(id)) row.remove();
  }

  /** @param {Text} text @param {Paragraph} paragraph @param {Reader} person */
  answers(text, paragraph, person) {
    const row = make("div", "reading__person");
    const agreed = person.acknowledged.includes(paragraph.id);
    const asked = person.questions.includes(paragraph.id);
    if (agreed) row.append(make("p", "reading__done", `✓ ${person.name} 已确认`));
    if (asked) {
      row.append(make("p", "reading__asked", `${person.name}有疑问，已告诉主持人。请当面问清楚，听明白了再按“同意”。`));
      row.append(this.words(text, paragraph, person));
    }
    if (!agreed) {
      row.append(this.button(`${person.name}：听清楚了，同意`, "primary", text, paragraph, person, "agreed"));
    }
    if (!asked) {
      const kind = agreed ? "quiet" : "secondary";
      row.append(this.button(`${person.name}：有疑问`, kind, text, paragraph, person, "question"));
    }
    return row;
  }

  /** What the question is, for the file; whoever only asks aloud leaves it. @param {Text} text @param {Paragraph} paragraph @param {Reader} person */
  words(text, paragraph, person) {
    const form = make("form", "reading__words");
    const label = make("label", "", "想问什么（可以不写）");
    const input = make("input", "input");
    input.id = `reading-words-${person.id}`;
    input.maxLength = 400;
    label.htmlFor = input.id;
    const button = make("button", "button button--secondary", "记下");
    form.append(label, input, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!input.value.trim()) return;
      const body = { rev: text.rev, paragraph_id: paragraph.id, signer_id: person.id, answer: "question", words: input.value };
      this.act(button, `${this.about.at(text)}/acknowledge`, body, () => (button.textContent = "已记下"));
    });
    return form;
  }

  /**
   * @param {string} words @param {string} kind @param {Text} text @param {Paragraph} paragraph @param {Reader} person
   * @param {string} answer
   */
  button(words, kind, text, paragraph, person, answer) {
    const size = kind === "quiet" ? "" : " button--huge";
    const button = make("button", `button button--${kind}${size}`, words);
    button.type = "button";
    const body = { rev: text.rev, paragraph_id: paragraph.id, signer_id: person.id, answer };
    button.addEventListener("click", () => this.act(button, `${this.about.at(text)}/acknowledge`, body));
    return button;
  }

  /** The lead: back, on, and on with what is still open. @param {Text} text @param {number} at */
  lead(text, at) {
    const bar = make("div", "reading__lead");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "带读");
    const go = (/** @type {string} */ words, /** @type {string} */ to) => {
      const button = make("button", "button button--secondary", words);
      button.type = "button";
      const body = { rev: text.rev, paragraph_id: to };
      button.addEventListener("click", () => this.act(button, `${this.about.at(text)}/lead`, body));
      return button;
    };
    if (at > 0) bar.append(go("上一段", text.paragraphs[at - 1].id));
    if (at + 1 < text.paragraphs.length) bar.append(go("下一段", text.paragraphs[at + 1].id));
    bar.append(go("接着没确认的读", ""));
    const waiting = hearers(text)
      .filter((one) => !one.acknowledged.includes(text.current))
      .map((one) => `${one.name}${one.questions.includes(text.current) ? "（有疑问）" : ""}`);
    bar.append(make("span", "reading__waiting", waiting.length ? `等待确认：${waiting.join("、")}` : "这一段都已确认"));
    return [bar];
  }

  /** @param {HTMLButtonElement} button @param {string} url @param {unknown} body @param {() => void} [done] */
  act(button, url, body, done) {
    const refuse = (/** @type {string} */ words) => {
      this.problem.textContent = words;
      this.problem.hidden = false;
    };
    void during(
      button,
      async () => {
        await post(url, body);
        if (done) done();
        await this.refresh();
      },
      refuse,
    );
  }
}
