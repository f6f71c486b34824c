"""What every page must be, whoever looks at it: free of axe violations, large enough, nothing cut off, nothing loud."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
# axe sees neither an overflowing page nor a clipped caption.
OWN = """(least) => {
  const bad = [];
  const seen = (el) => {
    const style = getComputedStyle(el), box = el.getBoundingClientRect();
    return style.visibility !== 'hidden' && style.display !== 'none' && box.width && box.height
      && !el.closest('dialog:not([open])') && !el.closest('details:not([open]) > :not(summary)');
  };
  const name = (el) => `${el.tagName} ${(el.innerText || el.name || el.className || '').slice(0, 20)}`;
  for (const el of document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')) {
    const box = el.getBoundingClientRect();
    if (el.classList.contains('skip-link') || !seen(el)) continue;
    if (Math.min(box.width, box.height) < least - 0.5) bad.push(`small ${name(el)} ${box.width}x${box.height}`);
    if (el.tagName === 'BUTTON' && el.scrollWidth > el.clientWidth + 1) bad.push(`cut ${name(el)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push(`wide ${document.documentElement.scrollWidth}`);
  for (const el of document.querySelectorAll('main *, header *')) {
    const style = getComputedStyle(el);
    if (el.classList.contains('visually-hidden') || !seen(el)) continue;
    if (['hidden', 'clip'].includes(style.overflowX) && el.scrollWidth > el.clientWidth + 1) bad.push(`cut-x ${name(el)}`);
    if (['hidden', 'clip'].includes(style.overflowY) && el.scrollHeight > el.clientHeight + 1) bad.push(`cut-y ${name(el)}`);
  }
  return bad;
}"""


def faults(page: Page, least: int) -> list[Any]:
    """Everything wrong with the page as it stands; `least` is the smallest side of a control in CSS pixels."""
    found: list[Any] = list(page.evaluate(OWN, least))
    for violation in Axe().run(page, options=RULES).response["violations"]:
        found.append((violation["id"], [node["target"] for node in violation["nodes"]][:3]))
    return found
