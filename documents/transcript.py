"""笔录 of a trial, a mediation or a petition reception, from its lines, any length. Text and blocks only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.blocks import Block, Prose, blocks
from documents.bounds import Line, MaybeLine, MaybeWords, Moment, Words
from documents.errors import GlyphMissing
from documents.fonts import FontSet
from documents.kit import By, Facts, Family, Pattern
from documents.linebreak import Span
from documents.text import clean, local

CONTENT_FILE = "transcript.json"
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLine:
    """One line: `speaker` as on the seat plate, `offset_ms` from the start of the recording (None: not
    recorded)."""

    speaker: MaybeLine
    text: MaybeWords
    at: Moment
    offset_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who was there: caption, name, how (车载现场 / 在线) and how the identity was checked."""

    role: Line
    name: MaybeLine
    mode: Line
    identity: MaybeLine = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptFacts(Facts):
    """Signed by those present (民诉法 150); its content's SHA-256 is the transcript hash an agreement carries."""

    cause: Line
    begins_at: Moment
    ends_at: Moment | None
    place: Line
    public: bool
    attendance: Annotated[tuple[Attendance, ...], Meta(max_length=100)]
    lines: Annotated[tuple[SpokenLine, ...], Meta(min_length=1, max_length=MOST_LINES)]
    # Interruptions, decided objections, refusals to sign.
    remarks: Annotated[tuple[Words, ...], Meta(max_length=200)] = ()

    def dated(self, now: datetime) -> date:
        """The day the session ended."""
        return self.made_on or local(self.ends_at or self.begins_at).date()

    def people(self) -> tuple[str, ...]:
        """Who was there."""
        return tuple(each.name for each in self.attendance)

    def blocks(self) -> list[Block]:
        """The head, every line spoken, the remarks."""
        found = blocks("transcript_head.txt.j2", p=self)
        for line in self.lines:
            found += _spoken(line)
        return found + blocks("transcript_tail.txt.j2", p=self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTranscript(TranscriptFacts):
    pattern: ClassVar[Pattern] = Pattern(
        kind="trial_transcript", title="庭审笔录", family=Family.SESSION, content_file=CONTENT_FILE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationTranscript(TranscriptFacts):
    pattern: ClassVar[Pattern] = Pattern(
        kind="mediation_transcript",
        title="调解笔录",
        family=Family.SESSION,
        by=By.BODY,
        content_file=CONTENT_FILE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionTranscript(TranscriptFacts):
    pattern: ClassVar[Pattern] = Pattern(
        kind="reception_transcript",
        title="接访笔录",
        family=Family.SESSION,
        by=By.BODY,
        chinese_dates=False,
        content_file=CONTENT_FILE,
    )


PAPERS = (TrialTranscript, MediationTranscript, ReceptionTranscript)


def undrawable(lines: Sequence[SpokenLine], *, fonts_dir: Path) -> tuple[int, str] | None:
    """(index of the line, character) of the first one that no font has, while the text can still be changed."""
    fonts = FontSet.load(fonts_dir)
    for index, line in enumerate(lines):
        for style, text in (("hei", line.speaker), ("fang", line.text)):
            try:
                fonts.check(clean(text), style)
            except GlyphMissing as missing:
                return index, str(missing.params["character"])
    return None


def _spoken(line: SpokenLine) -> list[Block]:
    """Speaker in 黑体 before the first paragraph; the recording's moment small behind the last."""
    paragraphs = [text for text in clean(line.text).split("\n") if text.strip()] or ["（沉默）"]
    found: list[Block] = []
    for index, text in enumerate(paragraphs):
        spans = [Span(f"{clean(line.speaker)}：", "hei")] if index == 0 else []
        spans.append(Span(text))
        if index == len(paragraphs) - 1 and line.offset_ms is not None:
            spans.append(Span(f"〔{_moment(line.offset_ms)}〕", "song"))
        found.append(Prose(tuple(spans)))
    return found


def _moment(offset_ms: int) -> str:
    seconds = offset_ms // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
