"""撤回 of a finished paper and what took its place: who may, and what the public is told. Nothing is deleted by it."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.drawing import DRAWABLE
from court.domain.errors import CourtError
from court.domain.lifecycle import BENCH, Role
from court.domain.numbers import COURT_ZONE
from court.domain.paper import PAPER_NAMES, PaperKind

_PRESIDES = frozenset({Role.JUDGE, Role.MEDIATOR})
# A people's mediation is its mediator's, a petition its official's, everything else the judge's; never the clerk's alone.
_OWN: dict[PaperKind, frozenset[Role]] = {
    PaperKind.AGREEMENT: _PRESIDES,
    PaperKind.SCAN: _PRESIDES,
    PaperKind.SIGNED_SHEETS: _PRESIDES | {Role.PETITION_OFFICIAL},
    PaperKind.CAUCUS: _PRESIDES,
    PaperKind.TRANSCRIPT: _PRESIDES,
    PaperKind.EXHIBITS: _PRESIDES,
    PaperKind.RECEIPT: _PRESIDES,
    PaperKind.PETITION_RECEIPT: frozenset({Role.PETITION_OFFICIAL}),
    PaperKind.PETITION_REPLY: frozenset({Role.PETITION_OFFICIAL}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """`files` are the SHA-256 of every state of the file, `content_sha256` of its facts ("" for a scan)."""

    paper_id: str
    kind: PaperKind
    number: str
    title: str
    reason: str
    at: datetime
    by: str
    role: Role
    content_sha256: str
    files: tuple[str, ...]
    successor_id: str | None
    successor_number: str

    @property
    def kind_name(self) -> str:
        return PAPER_NAMES[self.kind]


def competent(kind: PaperKind) -> frozenset[Role]:
    """Who may withdraw a paper of this kind: of the bench, those who may draw it up."""
    drawn = DRAWABLE.get(kind, frozenset()) & BENCH
    return _OWN.get(kind) or drawn or frozenset({Role.JUDGE})


def require_competent(kind: PaperKind, role: Role) -> None:
    """Refuses `paper.withdraw_not_allowed`."""
    if role not in competent(kind):
        raise CourtError("paper.withdraw_not_allowed")


def day(at: datetime) -> str:
    """2026年11月22日 on the clock of the court."""
    here = at.astimezone(COURT_ZONE)
    return f"{here.year}年{here.month}月{here.day}日"


def told(at: datetime, successor: str) -> str:
    """The sentence for everybody who asks about the paper; nobody is named in it."""
    instead = f"，由{successor}文书代替" if successor else "，还没有出具新的文书"
    return f"这份文书已于{day(at)}撤回{instead}"


def purpose(one: Withdrawal) -> str:
    """What the keeper of the seal reads of the paper that is to take its place, and finds it again by."""
    return f"代替文件校验 {one.files[-1][:16]} 的一份"


def replaces_line(name: str, number: str, at: datetime) -> str:
    """What the paper that takes its place says of it."""
    return f"本文书代替{day(at)}撤回的《{name}》{number}。"
