"""How a printer stands is told once per thing to do, what blocks first; the printer for a sheet is the one that has it."""

import pytest

from court.domain.errors import CourtError
from court.domain.printer import (
    Capabilities,
    Media,
    Options,
    Place,
    Printer,
    PrinterState,
    PrinterStatus,
    check,
    source_name,
    suited,
)


def _status(*reasons: str, state: PrinterState = PrinterState.IDLE, accepting: bool = True) -> PrinterStatus:
    return PrinterStatus(name="车上", state=state, reasons=reasons, accepting=accepting)


@pytest.mark.parametrize(
    ("reasons", "ready", "words"),
    [
        ((), True, "空闲。"),
        (("toner-low-warning",), True, "空闲，墨粉不足（还能打印，请备好墨粉盒）。"),
        (
            ("toner-low", "media-empty", "media-needed"),
            False,
            "空闲，缺纸（请往纸盒里放纸），墨粉不足（还能打印，请备好墨粉盒）。",
        ),
        (("media-empty-report",), True, "空闲，缺纸（请往纸盒里放纸）。"),
        (("cover-open-error",), False, "空闲，盖板没有关（请关好盖板）。"),
        (("vendor-thing",), True, "空闲，打印机报告“vendor-thing”（请看打印机面板上的提示）。"),
    ],
)
def test_what_a_printer_reports_becomes_words_and_a_verdict(
    reasons: tuple[str, ...], ready: bool, words: str
) -> None:
    status = _status(*reasons)
    assert (status.ready, status.words) == (ready, words)


def test_one_that_stands_still_is_away_or_takes_nothing_is_not_ready() -> None:
    assert not _status(state=PrinterState.STOPPED).ready
    assert not _status(state=PrinterState.AWAY).ready
    assert not _status(accepting=False).ready
    assert _status("media-empty-report").waits


def test_the_sheet_counts_more_than_the_place() -> None:
    small = Printer(name="小", place=Place.COURT, media=frozenset({Media.A5}))
    large = Printer(name="大", place=Place.VEHICLE, media=frozenset({Media.A4}))
    any_sheet = Printer(name="全", place=Place.COURT)
    names = [one.name for one in suited((small, large, any_sheet), Place.VEHICLE, Media.A5)]
    assert names == ["小", "全", "大"]
    assert suited((small, large, any_sheet), Place.VEHICLE, Media.A4)[0] is large


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (Options(copies=21), "printing.copies"),
        (Options(first=3, last=2), "printing.pages"),
        (Options(first=1, last=9), "printing.pages"),
        (Options(first=1, last=2), "printing.cannot"),
        (Options(copies=2), "printing.cannot"),
        (Options(source="tray-1"), "printing.cannot"),
    ],
)
def test_what_it_cannot_do_is_refused(options: Options, code: str) -> None:
    with pytest.raises(CourtError) as refusal:
        check(options, Capabilities(copies=1), 4)
    assert refusal.value.code == code


def test_trays_have_names() -> None:
    assert (source_name("tray-2"), source_name("main"), source_name("odd")) == ("纸盒2", "主纸盒", "odd")
