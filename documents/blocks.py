"""Template text becomes blocks: headings, paragraphs, table rows. No drawing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from documents.citations import CITATIONS
from documents.linebreak import Span
from documents.text import arabic_date, chinese_date, chinese_number, clean, clock, second, yuan

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "documents"


class _Sign(str):
    """Template mark that user text cannot contain: user text is stripped of control characters."""


HEADING, BOLD, PLAIN, FLUSH = _Sign("\x01"), _Sign("\x02"), _Sign("\x03"), _Sign("\x04")
CENTRED, RIGHT, _ROW, _HEAD = _Sign("\x05"), _Sign("\x06"), _Sign("\x0e"), _Sign("\x0f")
KEPT = _Sign("\x10")
_MARKS = HEADING + FLUSH + CENTRED + RIGHT + KEPT


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph: a heading, or text; `flush` has no first-line indent; `kept` never ends a page."""

    spans: tuple[Span, ...]
    heading: bool = False
    flush: bool = False
    kept: bool = False
    align: str = "justify"  # "center", "right"


@dataclass(frozen=True, slots=True)
class TableCell:
    """`share` of the table's width in hundredths; a label stands in 黑体, centred."""

    text: str
    share: float
    label: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row; a `head` opens a table and is drawn again on every page the table reaches."""

    cells: tuple[TableCell, ...]
    head: bool = False


Block = Prose | TableRow


def blocks(template: str, **values: object) -> list[Block]:
    """Render templates/documents/`template`; each line is a block. An unknown name in it is an error.

    Marks of the templates: `H` heading, `F` flush left, `M` centred, `R` right, `K` kept with the next;
    `B` … `E` 黑体 inside a line; `row("label", value, …)`, `head(shares, …)` and `line(shares, …)` are rows of a table.
    """
    text = _environment().get_template(template).render(values)
    return [_block(line) for line in text.split("\n") if line.strip()]


def _block(line: str) -> Block:
    if line.startswith((_ROW, _HEAD)):
        cells = tuple(TableCell(text, share, label) for text, share, label in json.loads(line[1:]))
        return TableRow(cells, head=line.startswith(_HEAD))
    return _paragraph(line)


def _paragraph(line: str) -> Prose:
    heading, flush = line.startswith(HEADING), line.startswith(FLUSH)
    align = "center" if line.startswith(CENTRED) else "right" if line.startswith(RIGHT) else "justify"
    spans: list[Span] = []
    face = "hei" if heading else "fang"
    for piece in re.split(r"([\x02\x03])", line.strip(_MARKS + " ")):
        if piece == BOLD:
            face = "hei"
        elif piece == PLAIN:
            face = "fang"
        elif piece:
            spans.append(Span(piece, face))
    kept = heading or line.startswith(KEPT)
    return Prose(tuple(spans), heading=heading, flush=flush, kept=kept, align=align)


def row(*texts: object) -> str:
    """Label, value, label, value …: a label takes 18 hundredths, the values share the rest."""
    width = (100 - 18 * (len(texts) // 2)) / (len(texts) // 2)
    return _marked(_ROW, [(text, 18 if i % 2 == 0 else width, i % 2 == 0) for i, text in enumerate(texts)])


def head(shares: Sequence[float], *texts: object) -> str:
    """The head of a table: labels over columns of these hundredths."""
    return _marked(_HEAD, [(text, share, True) for text, share in zip(texts, shares, strict=True)])


def line(shares: Sequence[float], *texts: object) -> str:
    """One row under a head of the same shares."""
    return _marked(_ROW, [(text, share, False) for text, share in zip(texts, shares, strict=True)])


def _marked(sign: str, cells: list[tuple[object, float, bool]]) -> str:
    # JSON keeps a line break of the user's inside its cell.
    return _Sign(sign + json.dumps([[clean(str(text)), share, label] for text, share, label in cells]))


def tick(chosen: object) -> str:
    """☑ or ☐."""
    return "☑" if chosen else "☐"


def choose(options: Sequence[str], chosen: str | Sequence[str]) -> str:
    """Every option with its box: "☑微信　☐电话"."""
    picked = [chosen] if isinstance(chosen, str) else list(chosen)
    extra = [each for each in picked if each and each not in options]
    return "　".join(f"{tick(option in picked)}{option}" for option in [*options, *extra])


def served(papers: Sequence[Any]) -> str:
    """Each paper with its copies on a line of its own."""
    return "\n".join(f"{each.name}　{each.copies}份" for each in papers)


def numbered(points: Sequence[str]) -> str:
    """Each point on a line of its own behind its number; a single one bare."""
    if len(points) == 1:
        return points[0]
    return "\n".join(f"{number}．{point}" for number, point in enumerate(points, start=1))  # noqa: RUF001


def closed(text: str) -> str:
    """The text with one full stop at its end, whatever was typed there."""
    bare = text.rstrip(" \n。；，;,.")
    return bare if bare.endswith(("！", "？", "…")) else bare + "。"


def number_name(number: str) -> str:
    """What an identity number is called, by its form (GB 11643, GB 32100)."""
    if re.fullmatch(r"\d{17}[\dXx]", number):
        return "公民身份号码"
    return "统一社会信用代码" if re.fullmatch(r"[0-9A-Z]{18}", number) else "证件号码"


def _finalize(value: object) -> object:
    return value if isinstance(value, _Sign) or not isinstance(value, str) else clean(value)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Plain text for paper, never HTML: nothing to escape but our own marks, which `_finalize` strips from
    # values.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # what is included ends its line
        autoescape=False,  # noqa: S701
    )
    marks = {"H": HEADING, "B": BOLD, "E": PLAIN, "F": FLUSH, "M": CENTRED, "R": RIGHT, "K": KEPT}
    dates = {"cn": chinese_number, "cn_date": chinese_date, "ar_date": arabic_date}
    figures = {"clock": clock, "moment_of": second, "yuan": yuan}
    rows = {
        "row": row,
        "head": head,
        "line": line,
        "tick": tick,
        "choose": choose,
        "served": served,
        "number_name": number_name,
        "numbered": numbered,
        "closed": closed,
    }
    environment.globals.update(cite=CITATIONS, **marks, **dates, **figures, **rows)
    return environment
