"""A printer: what it can do, how it stands in plain words, which one suits a paper. Nobody is asked here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from court.domain.errors import CourtError
from court.domain.paper import PaperKind
from court.domain.printer_trouble import Trouble, trouble

MOST_COPIES, MOST_PAGE = 20, 500


class Place(StrEnum):
    """Where a printer stands."""

    VEHICLE = "vehicle"
    COURT = "court"


PLACE_NAMES: Mapping[Place, str] = {Place.VEHICLE: "车上", Place.COURT: "法院"}


class Sides(StrEnum):
    """RFC 8011 5.2.8."""

    ONE = "one-sided"
    LONG = "two-sided-long-edge"
    SHORT = "two-sided-short-edge"


SIDES_NAMES: Mapping[Sides, str] = {
    Sides.ONE: "单面",
    Sides.LONG: "双面（长边翻页）",
    Sides.SHORT: "双面（短边翻页）",
}


class Colour(StrEnum):
    """PWG 5100.13 print-color-mode. The seal of a sealed paper is red."""

    COLOUR = "color"
    GREY = "monochrome"


COLOUR_NAMES: Mapping[Colour, str] = {Colour.COLOUR: "彩色", Colour.GREY: "黑白"}


class Media(StrEnum):
    """PWG 5101.1 names of the sheets papers are drawn on."""

    A4 = "iso_a4_210x297mm"
    A5 = "iso_a5_148x210mm"


MEDIA_NAMES: Mapping[Media, str] = {Media.A4: "A4", Media.A5: "A5"}
# Hundredths of a millimetre, width and height.
MEDIA_SIZES: Mapping[Media, tuple[int, int]] = {Media.A4: (21_000, 29_700), Media.A5: (14_800, 21_000)}
_ON_A5 = frozenset({PaperKind.RECEIPT, PaperKind.PETITION_RECEIPT})
# PWG 5100.3 media-source; others show their own keyword.
SOURCE_NAMES: Mapping[str, str] = {
    "auto": "自动选择",
    "main": "主纸盒",
    "alternate": "备用纸盒",
    "large-capacity": "大容量纸盒",
    "manual": "手动送纸",
    "by-pass-tray": "旁路纸盒",
    "top": "上层纸盒",
    "middle": "中层纸盒",
    "bottom": "下层纸盒",
    "rear": "后部纸盒",
    "left": "左侧纸盒",
    "right": "右侧纸盒",
    "envelope": "信封纸盒",
    "photo": "相片纸盒",
    "disc": "光盘托盘",
    "roll": "卷纸",
}


def source_name(source: str) -> str:
    """The tray in Chinese; tray-2 is 纸盒2, what has no name shows its own."""
    number = source.removeprefix("tray-")
    return f"纸盒{number}" if number.isdigit() else SOURCE_NAMES.get(source, source)


def media_of(kind: PaperKind) -> Media:
    """The sheet on which papers of this kind are drawn."""
    return Media.A5 if kind in _ON_A5 else Media.A4


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a paper is to be printed. Empty means: as the printer does by itself. `first`, `last` 0: the whole paper."""

    copies: int = 1
    sides: Sides | None = None
    source: str = ""
    colour: Colour | None = None
    first: int = 0
    last: int = 0

    @property
    def whole(self) -> bool:
        """A part of a paper is no copy of it."""
        return not self.first

    @property
    def words(self) -> str:
        """As a person would say it, for records."""
        told = [
            SIDES_NAMES[self.sides] if self.sides else "",
            source_name(self.source) if self.source else "",
            COLOUR_NAMES[self.colour] if self.colour else "",
            f"第{self.first}至{self.last}页" if self.first else "",
        ]
        return "，".join(one for one in told if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a printer says it can do. `creates`: it takes a job before the document (Create-Job), so that nothing is
    printed twice; `lists`: it tells its jobs; `cancels`: it stops one."""

    copies: int = 1
    sides: tuple[Sides, ...] = ()
    sources: tuple[str, ...] = ()
    colours: tuple[Colour, ...] = ()
    media: tuple[str, ...] = ()
    pages: bool = False
    pdf: bool = True
    collates: bool = False
    scalings: tuple[str, ...] = ()
    creates: bool = False
    lists: bool = False
    cancels: bool = False


class PrinterState(StrEnum):
    """RFC 8011 5.4.11, and two of our own."""

    IDLE = "idle"
    BUSY = "processing"
    STOPPED = "stopped"
    AWAY = "away"
    UNKNOWN = "unknown"


STATE_NAMES: Mapping[PrinterState, str] = {
    PrinterState.IDLE: "空闲",
    PrinterState.BUSY: "正在打印",
    PrinterState.STOPPED: "已停下",
    PrinterState.AWAY: "联系不上",
    PrinterState.UNKNOWN: "还没有问到",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStatus:
    """How a printer stood at `at`. `levels`: percent of each ink or toner that it tells; `can` None: never heard of."""

    name: str
    state: PrinterState
    at: datetime | None = None
    accepting: bool = True
    reasons: tuple[str, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()
    queued: int = 0
    detail: str = ""
    can: Capabilities | None = None
    troubles: tuple[Trouble, ...] = field(init=False)

    def __post_init__(self) -> None:
        told: dict[str, Trouble] = {}
        for one in sorted((trouble(reason) for reason in self.reasons), key=lambda one: not one.blocks):
            told.setdefault(one.text, one)  # media-empty and media-needed are one thing to do
        object.__setattr__(self, "troubles", tuple(told.values()))

    @property
    def ready(self) -> bool:
        """Whether a paper handed over now would come out without anybody seeing to the printer."""
        alive = self.state in {PrinterState.IDLE, PrinterState.BUSY}
        return alive and self.accepting and not any(one.blocks for one in self.troubles)

    @property
    def waits(self) -> str:
        """What a job that is at the printer may be waiting for; empty when nothing."""
        return self.words if not self.ready or any(one.grave for one in self.troubles) else ""

    @property
    def words(self) -> str:
        """One sentence for a person: how it stands, then what to do."""
        told = [STATE_NAMES[self.state]]
        if self.state is PrinterState.AWAY:
            return f"{told[0]}。请检查打印机的电源和网线。"
        if not self.accepting:
            told.append("现在不接收任务")
        told += [f"{one.text}（{one.advice}）" for one in self.troubles]
        if self.state is PrinterState.STOPPED and not self.troubles:
            told.append("请看打印机面板上的提示")
        return "，".join(dict.fromkeys(told)) + "。"

    @property
    def brief(self) -> str:
        """For the record of a job: 空闲；墨粉不足."""
        return "；".join(dict.fromkeys([STATE_NAMES[self.state], *(one.text for one in self.troubles)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """A printer as configured. `media` empty: whatever it has. `sides` and `source`: what is offered first."""

    name: str
    place: Place
    media: frozenset[Media] = frozenset()
    sides: Sides = Sides.LONG
    source: str = ""


def suited(printers: Sequence[Printer], place: Place | None, media: Media) -> tuple[Printer, ...]:
    """All printers, the best for this sheet at this place first: the sheet counts more than the place."""

    def rank(printer: Printer) -> tuple[bool, bool]:
        return bool(
            printer.media
        ) and media not in printer.media, place is not None and printer.place != place

    return tuple(sorted(printers, key=rank))


def check(options: Options, can: Capabilities | None, pages: int) -> None:
    """Only what the printer can do. Refuses `printing.copies`, `printing.pages`, `printing.cannot` (params what)."""
    if not 1 <= options.copies <= MOST_COPIES:
        raise CourtError("printing.copies")
    if options.first and not 1 <= options.first <= options.last <= min(pages or MOST_PAGE, MOST_PAGE):
        raise CourtError("printing.pages", most=pages)
    if can is None:
        return
    cannot = [
        f"{options.copies}份" if options.copies > can.copies else "",
        SIDES_NAMES[options.sides] if _extra(options.sides, can.sides) and options.sides else "",
        source_name(options.source) if _extra(options.source, can.sources) else "",
        COLOUR_NAMES[options.colour] if _extra(options.colour, can.colours) and options.colour else "",
        "选页打印" if options.first and not can.pages else "",
    ]
    if what := "、".join(one for one in cannot if one):
        raise CourtError("printing.cannot", what=what)


def _extra(value: str | None, known: Collection[str]) -> bool:
    return bool(value) and value not in known
