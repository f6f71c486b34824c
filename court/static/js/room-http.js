// Requests of the room pages to the server, and refusals in words; no retry policy lives here.

/** A refusal by the server: a stable code and a Chinese text that says what to do. */
export class Refusal extends Error {
  /** @param {number} status @param {Record<string, unknown>} problem RFC 9457 body */
  constructor(status, problem) {
    super(String(problem.detail || problem.title || "服务器没有同意这次操作。"));
    this.status = status;
    this.code = String(problem.code || "");
    this.problem = problem;
  }

  /** Text with its code, as shown to a person. */
  get words() {
    return this.code ? `${this.message}（${this.code}）` : this.message;
  }
}

/** The request never reached the server, or no answer came back: safe to send again. */
export class Unreachable extends Error {}

/** @returns {string} */
export function csrfToken() {
  const meta = document.querySelector('meta[name="csrf"]');
  return meta instanceof HTMLMetaElement ? meta.content : "";
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<any>} the JSON answer, or null for an empty one
 */
async function request(method, url, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 15000);
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET") headers["x-csrf-token"] = csrfToken();
  let answer;
  let text;
  try {
    answer = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      signal: stop.signal,
    });
    text = await answer.text();
  } catch (_) {
    throw new Unreachable("暂时连不上法庭的服务器，稍后会自动再试。");
  } finally {
    clearTimeout(timer);
  }
  if (answer.status === 502 || answer.status === 503 || answer.status === 504) {
    throw new Unreachable("法庭的服务器正忙，稍后会自动再试。");
  }
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch (_) {
    if (answer.ok) throw new Unreachable("服务器的回答不完整，请刷新页面。");
  }
  if (!answer.ok) throw new Refusal(answer.status, value || {});
  return value;
}

/** @param {string} url @returns {Promise<any>} */
export const get = (url) => request("GET", url);

/** @param {string} url @param {unknown} [body] @returns {Promise<any>} */
export const post = (url, body) => request("POST", url, body === undefined ? {} : body);

/** @param {unknown} error @returns {string} words for a person, whatever went wrong */
export function explain(error) {
  if (error instanceof Refusal) return error.words;
  if (error instanceof Error && error.message) return error.message;
  return "操作没有完成，请再试一次。";
}

/**
 * Runs an action behind a button: busy within the click, never twice at once, refusals in words.
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} action
 * @param {(text: string) => void} refuse
 */
export async function during(button, action, refuse) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await action();
  } catch (error) {
    refuse(explain(error));
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`page lacks #${id}`);
  return found;
}

const CLOCK = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** @param {string | number | Date} at @returns {string} hh:mm:ss in court time */
export const clock = (at) => CLOCK.format(new Date(at));

/** @param {number} ms @returns {string} hh:mm:ss of a span */
export function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
