"""A paper cut into paragraphs to be read aloud one by one, each with a label people can name. Numbers of identity cards and
telephones are not read out. Draws nothing."""

from __future__ import annotations

import re

from documents.blocks import Block, TableRow
from documents.kit import Facts

# About what one listens to at a stretch; a longer section is read in parts.
LONGEST = 300
_CARD = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8,11}([0-9Xx]{4})(?![0-9A-Za-z])")
_TELEPHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


def paragraphs(paper: Facts) -> tuple[tuple[str, str], ...]:
    """(label, text) in the order of the paper: a section under its heading, cut where it would be too long."""
    found: list[tuple[str, str]] = []
    heading, parts = "", 0
    lines: list[str] = []

    def close() -> None:
        nonlocal lines, parts
        if not lines:
            return
        parts += 1
        label = heading or f"第{len(found) + 1}段"
        if heading and parts > 1:
            label = f"{heading}（续{parts - 1}）"
        found.append((label[:120], "\n".join(lines)))
        lines = []

    for block in paper.blocks():
        if getattr(block, "heading", False):
            close()
            heading, parts = _said(block), 0
            continue
        said = _said(block)
        if lines and sum(map(len, lines)) + len(said) > LONGEST:
            close()
        if said:
            lines.append(said)
    close()
    return tuple(found)


def _said(block: Block) -> str:
    if isinstance(block, TableRow):
        cells = [
            re.sub(r"\s", "", c.text) + "：" if c.label and not block.head else c.text for c in block.cells
        ]
        text = "，".join(cells).replace("：，", "：")
    else:
        text = "".join(span.text for span in block.spans)
    text = _CARD.sub(lambda m: m[1] + "*" * (len(m[0]) - 10) + m[2], text.strip())
    return _TELEPHONE.sub(r"\1****\2", text)
