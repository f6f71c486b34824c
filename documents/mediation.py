"""Mediation agreements: 人民调解协议书, 调解协议, 在线调解协议. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Count, Line, MaybeLine, MaybeMoney, MaybeWords, Moment, Words
from documents.data import People
from documents.errors import PaperError
from documents.kit import By, Facts, Family, Pattern

CONTENT_FILE = "agreement.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFacts:
    """One numbered clause. `text` is the sentence; the four elements go into the machine-readable part."""

    number: Count
    text: Words
    who: MaybeLine = ""
    what: MaybeWords = ""
    amount: MaybeMoney = ""  # "3000.00" yuan
    due: MaybeLine = ""  # ISO date


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardFacts:
    """逐段宣读: one person agreed to one paragraph, at `recording_ms` of the recording (None: none was running)."""

    name: Line
    paragraph: Line
    text_sha256: Line
    at: Moment
    recording_ms: int | None = None


Heard = Annotated[tuple[HeardFacts, ...], Meta(max_length=4000)]
Clauses = Annotated[tuple[ClauseFacts, ...], Meta(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts(Facts):
    """All an agreement says. `signers` in signing order; the seal's field is added when it is drawn."""

    matter_number: MaybeLine = ""
    cause: Line
    parties: People
    facts: Words
    dispute: MaybeWords = ""
    clauses: Clauses
    performance: MaybeWords = ""  # 履行方式
    copies: Count
    place: Line
    held_on: date
    transcript_sha256: MaybeLine = ""
    heard: Heard = ()

    def check(self) -> None:
        """The clauses are numbered 1, 2, 3 … and somebody signs."""
        if not self.slots():
            raise PaperError("paper.incomplete", "协议缺少签名人，请补充后再生成。")
        if [clause.number for clause in self.clauses] != list(range(1, len(self.clauses) + 1)):
            raise PaperError("paper.clause_numbers", "协议条款的编号不连续，请重新编号。")

    def notes(self) -> list[str]:
        """The transcript it rests on, and that it was read aloud."""
        found = [f"调解笔录校验值（SHA-256）：{self.transcript_sha256}"] if self.transcript_sha256 else []
        if self.heard:
            people = len({each.name for each in self.heard})
            found.append(
                f"本协议已逐段宣读，{people}人共确认{len(self.heard)}段次，每次的时间和录音录像时刻附在电子文件内。"
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAgreement(AgreementFacts):
    """人民调解协议书, sealed by the committee (人民调解法 29)."""

    pattern: ClassVar[Pattern] = Pattern(
        kind="people_agreement",
        title="人民调解协议书",
        family=Family.MEDIATION,
        by=By.BODY,
        template="agreement.txt.j2",
        chinese_dates=False,
        content_file=CONTENT_FILE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtAgreement(AgreementFacts):
    """调解协议 made on the court's vehicle, sealed by the court."""

    pattern: ClassVar[Pattern] = Pattern(
        kind="court_agreement",
        title="调解协议",
        family=Family.MEDIATION,
        template="agreement.txt.j2",
        content_file=CONTENT_FILE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineAgreement(AgreementFacts):
    """在线调解协议 on the platform (人民法院在线调解规则 19): signed on line by all, sealed by the mediating body."""

    platform: Line

    pattern: ClassVar[Pattern] = Pattern(
        kind="online_agreement",
        title="在线调解协议",
        family=Family.MEDIATION,
        by=By.BODY,
        template="agreement.txt.j2",
        chinese_dates=False,
        content_file=CONTENT_FILE,
    )


PAPERS = (PeopleAgreement, CourtAgreement, OnlineAgreement)
