// Small helps of the staff pages: buttons say they are busy, links can be copied, the summary of errors gets the focus.

/** Names of buttons that were pressed once must not act twice. @param {SubmitEvent} event */
function busy(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.hasAttribute("data-sent")) return event.preventDefault();
  form.setAttribute("data-sent", "");
  const pressed = event.submitter;
  window.setTimeout(() => {
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
    pressed?.setAttribute("aria-busy", "true");
  }, 0);
}

/** @param {Event} event */
async function copy(event) {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!button) return;
  const field = document.getElementById(button.getAttribute("data-copy") ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy");
  }
  const note = document.getElementById("copied");
  if (note) note.textContent = "已复制";
}

/** Asks before an act that cannot be taken back. @param {SubmitEvent} event */
function confirmFirst(event) {
  const words = event.submitter?.getAttribute("data-confirm") ?? /** @type {Element} */ (event.target).getAttribute("data-confirm");
  if (words && !window.confirm(words)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

document.addEventListener("submit", confirmFirst);
document.addEventListener("submit", busy);
document.addEventListener("click", copy);
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    form.removeAttribute("data-sent");
    for (const button of form.querySelectorAll("button")) {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-busy");
    }
  }
});
const summary = document.getElementById("error-summary");
if (summary) summary.focus();
