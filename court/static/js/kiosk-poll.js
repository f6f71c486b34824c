// Keeps the parts of a kiosk page marked `data-poll` current: the page is read again every few seconds, never while
// something in the part has the focus. Without script the page simply does not update.

const EVERY_MS = 3000;

async function again() {
  const parts = [...document.querySelectorAll("[data-poll]")].filter((part) => part.id && !part.contains(document.activeElement));
  if (!parts.length || document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const next = fresh.getElementById(part.id);
    if (next && next.textContent !== part.textContent) part.replaceChildren(...Array.from(next.childNodes).map((node) => document.importNode(node, true)));
  }
}

window.setInterval(() => again().catch(() => undefined), EVERY_MS);
