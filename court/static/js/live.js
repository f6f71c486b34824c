// Keeps parts of a page current: an event on /live fetches the page again and replaces the changed part.
// Focus, typed text and scrolling stay where they are. Without script the page simply does not update.

/** Part of the page that updates itself; `data-live` names the event types it cares about, "*" for all. */
const REGION = "[data-live]";
const WAIT_MS = 250;
// At most one reload of the page a second, however much happens.
const APART_MS = 1000;

/** @param {Element} region @param {string} type @param {string} subject */
function concerned(region, type, subject) {
  const wanted = (region.getAttribute("data-live") ?? "*").split(" ");
  const about = region.getAttribute("data-live-subject");
  const group = type.split(".")[0] ?? "";
  if (!subject) return true;
  return (wanted.includes("*") || wanted.includes(group)) && (!about || about.split(" ").includes(subject));
}

/** A path of ids and positions by which the focused element is found again in new content. @param {Element} region */
function focusMark(region) {
  const active = document.activeElement;
  if (!active || !region.contains(active)) return null;
  return active.id ? `#${CSS.escape(active.id)}` : active.getAttribute("data-key") ? `[data-key="${CSS.escape(active.getAttribute("data-key") ?? "")}"]` : null;
}

/** Whether somebody is typing or has opened something here; then the change waits. @param {Element} region */
function busy(region) {
  const active = document.activeElement;
  const typing = active && region.contains(active) && active.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  return Boolean(typing || region.querySelector("details[open][data-hold], [data-dirty]"));
}

/** @param {Element} region @param {Document} fresh */
function replace(region, fresh) {
  const next = fresh.getElementById(region.id);
  if (!next || next.innerHTML === region.innerHTML) return;
  const mark = focusMark(region);
  const top = region.scrollTop;
  region.replaceChildren(...Array.from(next.childNodes).map((node) => document.importNode(node, true)));
  region.scrollTop = top;
  if (mark) {
    const again = region.querySelector(mark);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }
  region.dispatchEvent(new CustomEvent("live:replaced", { bubbles: true }));
}

/** @type {Set<Element>} */
const waiting = new Set();
let timer = 0;
let last = 0;
let lastId = "";

/** A page that answered a form stands under the form's address; its own address is written into it. */
function pageAddress() {
  const line = document.getElementById("live-state");
  return (line && line.dataset.page) || location.href;
}

async function refresh() {
  timer = 0;
  last = Date.now();
  const due = [...waiting].filter((region) => region.isConnected && !busy(region));
  if (!due.length) return;
  for (const region of due) waiting.delete(region);
  const answer = await fetch(pageAddress(), { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (answer.redirected && new URL(answer.url).pathname === "/login") return void location.assign(answer.url);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of due) replace(region, fresh);
}

function soon() {
  const wait = Math.max(WAIT_MS, last + APART_MS - Date.now());
  if (!timer) timer = window.setTimeout(() => refresh().catch(() => undefined), wait);
}

/** @param {string} words */
function say(words) {
  const line = document.getElementById("live-state");
  if (line && line.textContent !== words) line.textContent = words;
}

function listen() {
  const source = new EventSource("/live");
  source.addEventListener("change", (event) => {
    const change = JSON.parse(/** @type {MessageEvent} */ (event).data);
    lastId = String(change.seq);
    for (const region of document.querySelectorAll(REGION)) {
      if (concerned(region, change.type, change.subject)) waiting.add(region);
    }
    if (waiting.size) soon();
  });
  source.addEventListener("open", () => {
    say("自动更新中");
    if (lastId) for (const region of document.querySelectorAll(REGION)) waiting.add(region);
    if (lastId) soon();
  });
  source.addEventListener("error", () => say("与服务器的连接中断，正在重连；内容可能不是最新"));
  window.addEventListener("pagehide", () => source.close());
}

document.addEventListener("focusout", () => waiting.size && soon());
document.addEventListener("change", () => waiting.size && soon());
if (document.querySelector(REGION)) listen();
