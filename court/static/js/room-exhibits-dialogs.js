// The questions about exhibits: handing in, opinion, original, still, "are you sure". What is answered the server decides.

import { choose, uuid } from "./room-exhibits-words.js";
import { Refusal, csrfToken, element, explain, post } from "./room-http.js";

/** @typedef {import("./room-exhibits.js").Exhibit} Exhibit */
/** @typedef {import("./room-exhibits.js").ExhibitsState} ExhibitsState */

const MOST_BYTES = 20 * 1024 * 1024;

/** One file with its words to the server. @param {string} url @param {FormData} body @returns {Promise<any>} */
export async function upload(url, body) {
  const headers = { accept: "application/json", "x-csrf-token": csrfToken() };
  const answer = await fetch(url, { method: "POST", headers, body, credentials: "same-origin" });
  const value = await answer.json();
  if (!answer.ok) throw new Refusal(answer.status, value);
  return value;
}

export class Dialogs {
  /** @param {string} path @param {(state: ExhibitsState) => void} changed */
  constructor(path, changed) {
    this.path = path;
    this.changed = changed;
    /** @type {ExhibitsState | null} */
    this.state = null;
    this.about = "";
    this.once = "";
    /** @type {() => Promise<any>} */
    this.answer = () => Promise.resolve(null);
    for (const button of document.querySelectorAll("dialog [data-close]")) {
      button.addEventListener("click", () => button.closest("dialog")?.close());
    }
    this.onSubmit("submit", (form) => this.handIn(form));
    this.onSubmit("opinion", (form) => this.send(`/${this.about}/opinions`, { id: this.once, ...this.fields(form) }));
    this.onSubmit("original", (form) => this.send(`/${this.about}/original`, { id: this.once, ...this.fields(form) }));
    this.onSubmit("shoot", (form) => this.send("/captures", this.fields(form)));
    this.onSubmit("ask", () => this.answer());
    this.opener("exhibit-add", "submit", () => this.state && choose(element("submit-party", HTMLSelectElement), this.state.submit));
    this.opener("exhibit-shoot", "shoot", () => this.state && choose(element("shoot-party", HTMLSelectElement), this.state.capture_for));
  }

  /** @param {ExhibitsState} state */
  know(state) {
    this.state = state;
  }

  /** @param {string} id @param {string} name @param {() => void} ready */
  opener(id, name, ready) {
    const button = document.getElementById(id);
    if (!button) return;
    button.addEventListener("click", () => {
      ready();
      this.open(name);
    });
  }

  /** @param {string} name */
  open(name) {
    const form = element(`${name}-form`, HTMLFormElement);
    const kept = new Map([...form.querySelectorAll("select")].map((select) => [select, select.value]));
    form.reset();
    for (const [select, value] of kept) select.value = value;
    this.once = uuid();
    element(`${name}-problem`, HTMLElement).textContent = "";
    element(`${name}-dialog`, HTMLDialogElement).showModal();
  }

  /** @param {string} name @param {(form: HTMLFormElement) => Promise<any>} act */
  onSubmit(name, act) {
    const form = document.getElementById(`${name}-form`);
    if (!(form instanceof HTMLFormElement)) return;
    const problem = element(`${name}-problem`, HTMLElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy") === "true") return;
      form.setAttribute("aria-busy", "true");
      problem.textContent = name === "submit" ? "正在提交…" : "";
      act(form)
        .then((state) => {
          if (state) this.changed(state);
          element(`${name}-dialog`, HTMLDialogElement).close();
        })
        .catch((error) => this.refused(name, error))
        .finally(() => form.removeAttribute("aria-busy"));
    });
  }

  /** @param {string} name @param {unknown} error */
  refused(name, error) {
    const plain = error instanceof TypeError || error instanceof SyntaxError;
    element(`${name}-problem`, HTMLElement).textContent = plain ? "网络断了一下，没有提交上，请再按一次。" : explain(error);
    if (error instanceof Refusal && error.code === "exhibit.opinions_missing") {
      element("ask-yes", HTMLButtonElement).textContent = "仍然结束";
      this.answer = () => this.send(`/${this.about}/examine`, { anyway: true });
    }
  }

  /** @param {HTMLFormElement} form @returns {Record<string, string>} */
  fields(form) {
    const found = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    return Object.fromEntries(/** @type {[string, string][]} */ (found));
  }

  /** @param {string} path @param {unknown} body */
  send(path, body) {
    return post(`${this.path}${path}`, body);
  }

  /** @param {HTMLFormElement} form */
  handIn(form) {
    const body = new FormData(form);
    const file = body.get("file");
    if (file instanceof File && file.size > MOST_BYTES) {
      return Promise.reject(new Error("文件太大，最大20MB。请分成几份，或者拍成照片提交。"));
    }
    return upload(this.path, body);
  }

  /** @param {Exhibit} one */
  opinion(one) {
    this.about = one.id;
    element("opinion-about", HTMLElement).textContent = `对${one.label}《${one.title}》`;
    choose(element("opinion-party", HTMLSelectElement), one.asked);
    this.open("opinion");
  }

  /** @param {Exhibit} one */
  original(one) {
    this.about = one.id;
    element("original-about", HTMLElement).textContent = `${one.label}《${one.title}》`;
    this.open("original");
  }

  /** @param {Exhibit} one */
  examine(one) {
    this.about = one.id;
    this.ask("质证完毕吗？", `${one.label}《${one.title}》`, "质证完毕", () => this.send(`/${one.id}/examine`, {}));
  }

  /** @param {Exhibit} one */
  withdraw(one) {
    const words = `${one.label}《${one.title}》撤回后不再出示，编号不再使用。`;
    this.ask("撤回这份证据吗？", words, "撤回", () => this.send(`/${one.id}/withdraw`, {}));
  }

  /** @param {string} title @param {string} words @param {string} yes @param {() => Promise<any>} answer */
  ask(title, words, yes, answer) {
    element("ask-title", HTMLElement).textContent = title;
    element("ask-words", HTMLElement).textContent = words;
    element("ask-yes", HTMLButtonElement).textContent = yes;
    this.answer = answer;
    this.open("ask");
  }
}
