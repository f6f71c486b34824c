"""Breaks Chinese text into lines: no forbidden mark at an edge, no torn number, justified. Draws nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.fonts import FontSet

# GB/T 15834-2011 5.1: marks that may not begin, and marks that may not end, a line.
NEVER_FIRST = frozenset("，。、；：？！”’）》〉」』】〕］｝…—～·％‰℃°,.;:?!)]}%〞－／")  # noqa: RUF001
NEVER_LAST = frozenset("“‘（《〈「『【〔［｛([{＄￥¥$〝№")  # noqa: RUF001
# Beyond this, spread lines look torn: set ragged instead.
WIDEST_GAP = 0.25
# A longer unbroken run, such as a hash, may be broken anywhere.
LONGEST_WORD = 26
# Kept on one line where it fits one: a date, a time, an amount with its unit, a 案号.
_KEPT = re.compile(
    r"\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|\d{1,2}时\d{1,2}分(?:\d{1,2}秒)?"
    r"|[〇一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
    r"|[￥¥]?\d[\d,.]*[十百千万亿]?元|[（〔]\d{4}[）〕][\u4e00-\u9fff]{1,8}?\d*[\u4e00-\u9fff]{0,6}?\d+号"
)
_DIGITS = frozenset("0123456789")
_WORD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:/-+_@#%*=&'~")


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one style ("fang", "hei" …)."""

    text: str
    style: str = "fang"


@dataclass(frozen=True, slots=True)
class Line:
    """`width` in points without `gap`; `gap` is added after every character but the last; `count`
    characters."""

    spans: tuple[Span, ...]
    width: float
    gap: float
    count: int

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class _Atom:
    spans: tuple[Span, ...]
    width: float
    count: int
    blank: bool


def break_lines(
    spans: Sequence[Span],
    fonts: FontSet,
    *,
    size: float,
    width: float,
    first_width: float | None = None,
    justify: bool = True,
) -> list[Line]:
    """Greedy lines of at most `width` points; the first of at most `first_width`. Raises GlyphMissing."""
    lines: list[Line] = []
    room = width if first_width is None else first_width
    held: list[_Atom] = []
    used = 0.0
    for atom in _atoms(spans, fonts, size, width):
        if held and used + atom.width > room + 0.01:
            lines.append(_line(held, room, size, justify))
            held, used, room = [], 0.0, width
            if atom.blank:
                continue
        held.append(atom)
        used += atom.width
    if held or not lines:
        lines.append(_line(held, room, size, justify=False))
    return lines


def _line(atoms: list[_Atom], room: float, size: float, justify: bool) -> Line:
    while len(atoms) > 1 and atoms[-1].blank:
        atoms = atoms[:-1]
    width = sum(atom.width for atom in atoms)
    count = sum(atom.count for atom in atoms)
    gap = (room - width) / (count - 1) if justify and count > 1 else 0.0
    if gap > WIDEST_GAP * size:
        gap = 0.0
    return Line(_merge(span for atom in atoms for span in atom.spans), width, gap, count)


def _merge(spans: Iterator[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].style == span.style:
            merged[-1] = Span(merged[-1].text + span.text, span.style)
        else:
            merged.append(span)
    return tuple(merged)


def _atoms(
    spans: Sequence[Span], fonts: FontSet, size: float, width: float, *, keep: bool = True
) -> Iterator[_Atom]:
    """Pieces that are never torn: a word or number, or a character with the marks that cling to it.

    With `keep` also what `_KEPT` describes, unless it is wider than a line.
    """
    whole = "".join(span.text for span in spans)
    kept = (
        {at for found in _KEPT.finditer(whole) for at in range(found.start() + 1, found.end())}
        if keep
        else set()
    )
    held: list[Span] = []
    holds_kept = False
    previous = ""
    text = [*_characters(spans), ("", "")]
    for index, ((character, style), (following, _)) in enumerate(pairwise(text)):
        grouped = character == " " and previous.isascii() and previous.isdigit() and following in _DIGITS
        if held and not (grouped or index in kept or _clings(previous, character)):
            yield from _close(held, fonts, size, width, again=holds_kept)
            held, holds_kept = [], False
        holds_kept = holds_kept or index in kept
        if held and held[-1].style == style:
            held[-1] = Span(held[-1].text + character, style)
        else:
            held.append(Span(character, style))
        # A blank inside a grouped number, "6228 4804 0256", is part of the number.
        previous = "0" if grouped else character
    if held:
        yield from _close(held, fonts, size, width, again=holds_kept)


def _characters(spans: Sequence[Span]) -> Iterator[tuple[str, str]]:
    for span in spans:
        for character in span.text:
            yield character, span.style


def _clings(left: str, right: str) -> bool:
    if right in " \u3000" or left in " \u3000":
        return False
    return left in NEVER_LAST or right in NEVER_FIRST or (left in _WORD and right in _WORD)


def _close(
    spans: list[Span], fonts: FontSet, size: float, width: float, *, again: bool = False
) -> Iterator[_Atom]:
    """One piece; `again`: one that is too wide is cut by the other rules first. A long number breaks at its blanks."""
    count = sum(len(span.text) for span in spans)
    whole = sum(fonts.advance(c, span.style) for span in spans for c in span.text) * size
    if count <= LONGEST_WORD and whole <= width:
        yield _Atom(tuple(spans), whole, count, spans[0].text in " \u3000")
        return
    if again:
        yield from _atoms(spans, fonts, size, width, keep=False)
    elif len(spans) == 1 and " " in spans[0].text.strip():
        style = spans[0].style
        for part in re.findall(r" |[^ ]+", spans[0].text):
            yield from _close([Span(part, style)], fonts, size, width)
    else:
        yield from _pieces(spans, fonts, size)


def _pieces(spans: list[Span], fonts: FontSet, size: float) -> Iterator[_Atom]:
    """Single characters of an over-long run; marks still cling to their neighbour, at most four together."""
    held: list[Span] = []
    for character, style in _characters(spans):
        last = held[-1].text if held else ""
        if held and (len(held) >= 4 or not (last in NEVER_LAST or character in NEVER_FIRST - _WORD)):
            yield _piece(held, fonts, size)
            held = []
        held.append(Span(character, style))
    if held:
        yield _piece(held, fonts, size)


def _piece(spans: list[Span], fonts: FontSet, size: float) -> _Atom:
    advance = sum(fonts.advance(span.text, span.style) for span in spans) * size
    return _Atom(tuple(spans), advance, len(spans), False)
