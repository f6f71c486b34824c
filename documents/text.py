"""Prose of the papers from templates/documents, and Chinese dates and numerals. No layout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from documents.citations import CITATIONS
from documents.errors import PaperError
from documents.linebreak import Span

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "documents"
BEIJING = timezone(timedelta(hours=8))
_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
# No single field of a paper may be longer: the largest real one is a statement of facts.
LONGEST_FIELD = 20_000


class _Sign(str):
    """Template mark that user text cannot contain: user text is stripped of control characters."""


HEADING, BOLD, PLAIN, FLUSH = _Sign("\x01"), _Sign("\x02"), _Sign("\x03"), _Sign("\x04")


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph: a heading, or text; `flush` has no first-line indent."""

    spans: tuple[Span, ...]
    heading: bool = False
    flush: bool = False


def clean(value: str) -> str:
    """NFC, one kind of line end, no control characters but "\\n". Raises PaperError `paper.too_long`."""
    if len(value) > LONGEST_FIELD:
        raise PaperError(
            "paper.too_long", f"文书中有一项内容超过{LONGEST_FIELD}字，请精简后再生成。", limit=LONGEST_FIELD
        )
    value = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(c for c in value if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def prose(template: str, **values: object) -> list[Prose]:
    """Render templates/documents/`template`; each line is a paragraph. An unknown name in it is an error."""
    text = _environment().get_template(template).render(values)
    return [_paragraph(line) for line in text.split("\n") if line.strip()]


def chinese_date(day: date) -> str:
    """二〇二六年三月五日, as court papers write it (法〔2016〕221号)."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def arabic_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def local(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


def clock(moment: datetime) -> str:
    """2026年3月5日14时05分, Beijing time."""
    here = local(moment)
    return f"{here.year}年{here.month}月{here.day}日{here.hour}时{here.minute:02d}分"


def chinese_number(value: int) -> str:
    """1…9999 as 一…九千九百九十九."""
    if not 0 <= value <= 9999:
        return str(value)
    digits = [int(d) for d in str(value)]
    parts: list[str] = []
    for index, digit in enumerate(digits):
        unit = _UNITS[len(digits) - 1 - index]
        if digit:
            parts.append(_DIGITS[digit] + unit)
        elif parts and parts[-1] != "零":
            parts.append("零")
    text = "".join(parts).rstrip("零") or "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def _paragraph(line: str) -> Prose:
    heading, flush = line.startswith(HEADING), line.startswith(FLUSH)
    spans: list[Span] = []
    face = "hei" if heading else "fang"
    for piece in re.split(r"([\x02\x03])", line.strip(HEADING + FLUSH + " ")):
        if piece == BOLD:
            face = "hei"
        elif piece == PLAIN:
            face = "fang"
        elif piece:
            spans.append(Span(piece, face))
    return Prose(tuple(spans), heading=heading, flush=flush)


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
        autoescape=False,  # noqa: S701
    )
    environment.globals.update(
        H=HEADING,
        B=BOLD,
        E=PLAIN,
        F=FLUSH,
        cite=CITATIONS,
        cn=chinese_number,
        cn_date=chinese_date,
        ar_date=arabic_date,
        clock=clock,
    )
    return environment


def joined(names: Sequence[str]) -> str:
    return "、".join(names)
