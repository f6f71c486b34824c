// The worklist by keyboard, and the way back to where one was in it. Without script links and forms do the same.

const HERE = "desk:address";
const ROW = "desk:row";

/** Links of the rows in their order. */
function rows() {
  return Array.from(document.querySelectorAll("tr[data-row] a[data-key]")).filter((one) => one instanceof HTMLElement);
}

/** Moves the focus by so many rows; from outside the list to its first one. @param {number} by */
function move(by) {
  const all = rows();
  const row = document.activeElement?.closest("tr[data-row]");
  const now = row ? all.findIndex((one) => row.contains(one)) : -1;
  const next = now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + by));
  all[next]?.focus();
  all[next]?.closest("tr")?.scrollIntoView({ block: "nearest" });
}

function tick() {
  const box = document.activeElement?.closest("tr[data-row]")?.querySelector("input[type=checkbox]");
  if (box instanceof HTMLInputElement) box.click();
}

function explain() {
  const keys = document.querySelector(".keys");
  if (!(keys instanceof HTMLDetailsElement)) return;
  keys.open = !keys.open;
  keys.querySelector("summary")?.focus();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  "/": () => document.getElementById("f-q")?.focus(),
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  x: tick,
  n: () => /** @type {HTMLElement | null} */ (document.querySelector("[data-next]"))?.click(),
  "?": explain,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const at = event.target instanceof Element ? event.target : null;
  if (at?.matches("input:not([type=checkbox]), select, textarea")) return;
  if (event.key.startsWith("Arrow") && !at?.closest("tr[data-row]")) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// What is ticked must not be taken away by an update of the list.
document.addEventListener("change", () => {
  const form = document.getElementById("bulk");
  if (form) form.toggleAttribute("data-dirty", Boolean(form.querySelector("input[name=pick]:checked")));
});

// A download leaves the page as it is: its buttons may be pressed again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form instanceof HTMLFormElement && form.hasAttribute("data-download")) {
    window.setTimeout(() => form.removeAttribute("data-sent"), 2000);
  }
});

/** Remembers the list and the row that is opened. @param {MouseEvent} event */
function remember(event) {
  const link = event.target instanceof Element ? event.target.closest("tr[data-row] a[data-key]") : null;
  if (!link) return;
  sessionStorage.setItem(HERE, location.pathname + location.search);
  sessionStorage.setItem(ROW, link.getAttribute("data-key") ?? "");
}

/** Back on the same list the focus stands on the row that was opened. */
function restore() {
  const key = sessionStorage.getItem(ROW);
  if (!key || sessionStorage.getItem(HERE) !== location.pathname + location.search) return;
  sessionStorage.removeItem(ROW);
  const link = document.querySelector(`tr[data-row] a[data-key="${CSS.escape(key)}"]`);
  if (link instanceof HTMLElement) {
    link.focus({ preventScroll: true });
    link.closest("tr")?.scrollIntoView({ block: "center" });
  }
}

document.addEventListener("click", remember);
if (document.getElementById("worklist")) restore();
for (const link of document.querySelectorAll("a[data-back]")) {
  const address = sessionStorage.getItem(HERE);
  if (address?.startsWith("/desk") && link instanceof HTMLAnchorElement) link.setAttribute("href", address);
}
