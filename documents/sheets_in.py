"""Sheets that come back signed by hand: which page of the printed paper each one is. Judges no signature on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from documents import handed_in, page_code
from documents.pki import Trust


class SheetState(StrEnum):
    """FOUND by its code; NO_CODE could be read; OTHER paper's code is on it; WRONG_PAGE: this paper, other place."""

    FOUND = "found"
    NO_CODE = "no_code"
    OTHER = "other"
    WRONG_PAGE = "wrong_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFinding:
    """`sheet` from 1 in the order handed in; `page` is what the code says, 0 for none; `number` of another paper."""

    sheet: int
    page: int
    state: SheetState
    number: str = ""
    signed: bool = False


def look(sheet: bytes, index: int, *, content_sha256: str, pages: int, trust: Trust) -> SheetFinding:
    """What the codes on one picture say. Blocks while a process of its own looks at it; never raises for bad input."""
    codes = handed_in.codes(sheet)
    found = [mark for mark in map(page_code.read, codes) if mark is not None]
    facts = [report.facts for report in (handed_in.judge_code(code, trust) for code in codes)]
    told = [each for each in facts if each is not None]
    for each in told:
        if not content_sha256.startswith(each.content_sha256):
            return SheetFinding(sheet=index, page=0, state=SheetState.OTHER, number=each.number)
    for mark in found:
        if mark.content != content_sha256[:16] or mark.pages != pages:
            return SheetFinding(sheet=index, page=mark.page, state=SheetState.OTHER)
    page = found[0].page if found else pages if told else 0
    if not page:
        return SheetFinding(sheet=index, page=0, state=SheetState.NO_CODE)
    state = SheetState.FOUND if page == index else SheetState.WRONG_PAGE
    return SheetFinding(sheet=index, page=page, state=state, signed=bool(told))


def order(findings: Sequence[SheetFinding]) -> list[int] | None:
    """Indices (from 0) of the sheets in page order where every page is known once; None otherwise."""
    pages = [each.page for each in findings]
    if sorted(pages) != list(range(1, len(pages) + 1)):
        return None
    return [pages.index(page) for page in range(1, len(pages) + 1)]
