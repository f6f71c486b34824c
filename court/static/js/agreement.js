// The draft of an agreement: says when something is unsaved, and looks at the clause a button has just moved or made.

const form = document.querySelector("form[data-dirty], form.form--wide");
let dirty = Boolean(document.querySelector("form[data-dirty]"));

form?.addEventListener("input", () => {
  dirty = true;
  form.setAttribute("data-dirty", "");
});
form?.addEventListener("submit", () => {
  dirty = false;
});
window.addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});

const moved = document.querySelector("[data-look]");
if (moved) {
  moved.scrollIntoView({ block: "center" });
  moved.querySelector("input")?.focus({ preventScroll: true });
}
