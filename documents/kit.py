"""How a paper is declared, and the one way from its facts to a file. Knows no single paper."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

import msgspec

from documents import ending, qr
from documents import facts as reading
from documents import frame as frames
from documents.archive import Attachment, canonical
from documents.blocks import Block, blocks
from documents.bounds import Line, MaybeLine
from documents.data import (
    AuthorityPlace,
    MaybeOfficials,
    Officials,
    PersonFacts,
    RecordingFacts,
    Rendered,
    SignerSlot,
    Slots,
)
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.layout import Row
from documents.setting import block_rows
from documents.text import arabic_date, chinese_date, clean, local

CONTENT_FILE = "content.json"


class Family(StrEnum):
    """Where a paper belongs; the order of the lists."""

    MEDIATION = "mediation"
    LITIGATION = "litigation"
    SESSION = "session"
    PETITION = "petition"
    ENFORCEMENT = "enforcement"


class By(StrEnum):
    """Whose paper it is. A party's paper has no body above its title, no seal and no code."""

    COURT = "court"
    BODY = "body"  # a mediation committee, a petition office
    PARTY = "party"


class Edition(StrEnum):
    """原本 is signed by hand and stays in the file; 正本 bears 本件与原本核对无异; 副本 does not."""

    MASTER = "原本"
    ISSUED = "正本"
    COPY = "副本"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What is the same for every paper of a kind.

    `signs`: names of the fields whose people sign, in order; used where the facts carry no `signers`.
    `named`: names of the bench are printed above the date and its clerks below (裁判文书), not signed.
    """

    kind: str
    title: str
    family: Family
    by: By = By.COURT
    template: str = ""  # default: <kind>.txt.j2
    chinese_dates: bool = True  # court papers (法〔2016〕221号); petition and committee papers: Arabic
    sealed: bool = True
    signs: tuple[str, ...] = ()
    named: bool = False
    heading: str = ""  # printed in place of the title, 民事裁定书 for several kinds
    content_file: str = CONTENT_FILE
    table_size: float = 12.0
    labels: Mapping[str, str] | None = None  # what single fields are called in this kind

    @property
    def printed_title(self) -> str:
        return self.heading or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What every paper says of itself; a kind adds its own fields. Frozen, plain, pickles."""

    pattern: ClassVar[Pattern]

    body_name: Line
    number: MaybeLine = ""
    made_on: date | None = None  # None: the day it is drawn
    signers: Slots = ()
    recording: RecordingFacts | None = None
    wet: bool = False  # lines to sign on by hand, no fields (电子签名法 3)
    rehearsal: bool = False  # printed as 演练样本
    replaces: MaybeLine = ""  # a sentence: which withdrawn paper this one takes the place of

    def values(self) -> dict[str, object]:
        """What the template needs beside the facts."""
        return {}

    def blocks(self) -> list[Block]:
        return blocks(self.pattern.template or f"{self.pattern.kind}.txt.j2", p=self, **self.values())

    def check(self) -> None:
        """Rules that bind several fields. Raises PaperError."""

    def dated(self, now: datetime) -> date:
        return self.made_on or local(now).date()

    def notes(self) -> list[str]:
        """Further small lines below the rule."""
        return []

    def slots(self) -> tuple[SignerSlot, ...]:
        """Who signs, in order."""
        return self.signers or _slots(self, self.pattern.signs)

    def people(self) -> tuple[str, ...]:
        """Names that the code on the paper carries: its parties, or else who signs."""
        found = [each.name for each in _people(self) if isinstance(each, PersonFacts)]
        return tuple(dict.fromkeys(found)) or tuple(slot.name for slot in self.slots())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Facts):
    """A paper of the bench: 裁定, 判决, 调解书, 通知."""

    bench: Officials
    clerks: MaybeOfficials = ()
    edition: Edition = Edition.ISSUED

    def slots(self) -> tuple[SignerSlot, ...]:
        """Only the 原本 is signed; 正本 and 副本 bear printed names."""
        if self.signers or self.edition is not Edition.MASTER:
            return self.signers
        return _slots(self, ("bench", "clerks"))


def _people(paper: Facts) -> list[object]:
    found: list[object] = []
    for field in fields(paper):
        value = getattr(paper, field.name)
        found += value if isinstance(value, tuple) else [value]
    return found


def _slots(paper: Facts, names: tuple[str, ...]) -> tuple[SignerSlot, ...]:
    made = []
    for name in names:
        value = getattr(paper, name)
        for index, each in enumerate(value if isinstance(value, tuple) else (value,), start=1):
            if each is not None:
                made.append(SignerSlot(field=f"{name}_{index}", role=each.role, name=each.name))
    return tuple(made)


def content(paper: Facts) -> bytes:
    """Machine-readable content: canonical JSON (sorted keys, UTF-8) of the facts and their `paper` kind."""
    return canonical({"paper": paper.pattern.kind, **msgspec.to_builtins(paper)})


def check(paper: Facts) -> None:
    """Raises PaperError naming the field: `paper.incomplete`, `paper.too_long`, `paper.too_many`, `paper.wrong_value`."""
    reading.check(paper, paper.pattern.labels)
    if paper.pattern.by is not By.PARTY and paper.body_name.rstrip().endswith("法庭"):
        # 民诉法解释 262: a tribunal's papers bear the seal of its basic court.
        raise PaperError(
            "paper.tribunal_seal", "法院文书应当以基层人民法院的名义制作并盖章，不能用人民法庭的名义。"
        )
    paper.check()


def render(
    paper: Facts, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-3b with its content attached and a field for each signature, ready for the first one (or, wet, for print).

    `verify_url` is the address the QR code opens, such as "https://court.example/v".
    Raises GlyphMissing for a character no font draws, PaperError for empty or unbounded content.
    """
    check(paper)
    pattern, fonts, machine = paper.pattern, FontSet.load(fonts_dir), content(paper)
    digest = hashlib.sha256(machine).hexdigest()
    day, number = paper.dated(now), clean(paper.number)
    code = ""
    if pattern.by is not By.PARTY:
        told = qr.PaperFacts(
            kind=pattern.title,
            number=number,
            names=paper.people(),
            made_on=day.isoformat(),
            content_sha256=digest,
        )
        code = qr.issue(told, authority=authority, verify_url=verify_url)
    frame = frames.Frame(
        body_name=paper.body_name,
        title=pattern.printed_title,
        number=number,
        date_text=chinese_date(day) if pattern.chinese_dates else arabic_date(day),
        content_sha256=digest,
        code=code,
        rehearsal=paper.rehearsal,
        page_codes=paper.wet,
    )
    rows = [
        *frames.title_block(
            "" if pattern.by is By.PARTY else clean(paper.body_name), frame.title, number, fonts
        ),
        *frames.cling(block_rows(paper.blocks(), fonts, table_size=pattern.table_size)),
        *_closing(paper, frame, fonts),
    ]
    with_seal = sealed(paper) and not paper.wet
    slots = () if paper.wet else frames.with_seal(paper.slots(), paper.body_name, sealed=with_seal)
    attached = [
        Attachment(name=pattern.content_file, data=machine, description=f"{pattern.title}（机器可读）")
    ]
    attached += frames.recording_attachment(paper.recording)
    return frames.produce(rows, frame, fonts, slots=slots, attachments=attached, now=now)


def seals(kind: type[Facts]) -> bool:
    """Whether papers of this kind are sealed; a party has no seal."""
    return kind.pattern.sealed and kind.pattern.by is not By.PARTY


def sealed(paper: Facts) -> bool:
    """The 原本 stays in the file and bears no seal."""
    return seals(type(paper)) and not (isinstance(paper, Decision) and paper.edition is Edition.MASTER)


def _closing(paper: Facts, frame: frames.Frame, fonts: FontSet) -> list[Row]:
    notes = [
        *([clean(paper.replaces)] if paper.replaces else []),
        f"本文书内容校验值（SHA-256）：{frame.content_sha256}",
        *paper.notes(),
        *frames.recording_notes(paper.recording),
    ]
    if paper.pattern.by is By.PARTY:
        return ending.party(frame, paper.slots(), fonts, wet=paper.wet, notes=notes)
    if isinstance(paper, Decision) and paper.pattern.named and paper.edition is not Edition.MASTER:
        stamped = paper.edition is Edition.ISSUED
        return ending.bench(
            frame, paper.bench, paper.clerks, fonts, stamp=ending.STAMP if stamped else "", notes=notes
        )
    return frames.closing_rows(frame, paper.slots(), fonts, sealed=sealed(paper), wet=paper.wet, notes=notes)
