"""Papers of a session that people sign one after the other on the pad: those about its recording (the note on
interruptions, the value confirmed, the statement on private talks) and those that staff drew up on the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import BENCH, SYSTEM, Lifecycle, Role, Step
from court.domain.paper import PAPER_NAMES, PaperKind
from court.domain.reading import Answer, Paragraph, ReadingAnswer, require_agreed, standing


class RecordPaperKind(StrEnum):
    NOTE = "note"
    CHECKSUM = "checksum"
    CAUCUS = "caucus"
    TRANSCRIPT = "transcript"
    DRAWN = "drawn"


# Of the papers about a recording; a drawn one says itself which paper it is.
PAPER_KINDS = {
    RecordPaperKind.NOTE: PaperKind.RECORDING_NOTE,
    RecordPaperKind.CHECKSUM: PaperKind.RECORDING_CHECKSUM,
    RecordPaperKind.CAUCUS: PaperKind.CAUCUS,
    RecordPaperKind.TRANSCRIPT: PaperKind.TRANSCRIPT,
}


class RecordPaperState(StrEnum):
    SIGNING = "signing"
    DONE = "done"
    VOID = "void"


class RecordPaperAction(StrEnum):
    READ = "read"
    ACKNOWLEDGE = "acknowledge"
    SIGN = "sign"
    FINISH = "finish"
    VOID = "void"


_S, _A = RecordPaperState, RecordPaperAction
_DESK = BENCH | {Role.CLERK}
_HEARERS = frozenset({Role.PARTY, Role.AGENT, Role.OFFICER}) | _DESK

RECORD_PAPER: Lifecycle[RecordPaperState, RecordPaperAction] = Lifecycle(
    "record_paper",
    _S.SIGNING,
    {
        (_S.SIGNING, _A.READ): Step(_S.SIGNING, _DESK),
        (_S.SIGNING, _A.ACKNOWLEDGE): Step(_S.SIGNING, _HEARERS),
        (_S.SIGNING, _A.SIGN): Step(_S.SIGNING, _DESK),
        (_S.SIGNING, _A.FINISH): Step(_S.DONE, _DESK | SYSTEM),
        (_S.SIGNING, _A.VOID): Step(_S.VOID, _DESK),
    },
    {_S.SIGNING: "待签名", _S.DONE: "已完成", _S.VOID: "已作废"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSigner:
    """One field. Staff sign by their own account, a party or a witness (by the own seat) at the screen of the staff who
    sees to it."""

    id: str
    position: int
    field: str
    role: str
    name: str
    party_id: str | None
    account_id: str | None
    seat_id: str | None
    signed_at: datetime | None

    @property
    def outside(self) -> bool:
        """No member of the staff: shows who he is before he signs."""
        return self.account_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerInput:
    """Who is to sign; exactly one of the ids is set, `seat_id` of who is neither party nor staff."""

    role: str
    name: str
    party_id: str | None = None
    account_id: str | None = None
    seat_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPaperRow:
    """`head_sha256` is the newest stored file; `number` is what it is registered under, "" for the session's own.

    `read_aloud`: every party has to agree to every one of `paragraphs`; `led` is the one put before all, "" for the first
    that is open; `answers` are all ever given; `refused` the signers who would not sign. `replaces_id`: the withdrawn paper
    whose place it takes.
    """

    id: str
    hearing_id: str
    subject_kind: str
    subject_id: str
    kind: RecordPaperKind
    paper_kind: PaperKind
    number: str
    state: RecordPaperState
    head_sha256: str
    at: datetime
    by: str
    signers: tuple[RecordSigner, ...]
    read_aloud: bool = False
    led: str = ""
    replaces_id: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    answers: tuple[ReadingAnswer, ...] = ()
    refused: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return PAPER_NAMES[self.paper_kind]

    @property
    def state_name(self) -> str:
        return RECORD_PAPER.labels[self.state]

    @property
    def turn(self) -> RecordSigner | None:
        """Whose signature comes next; None when everybody has signed or it is void."""
        if self.state is not RecordPaperState.SIGNING:
            return None
        return next((signer for signer in self.signers if signer.signed_at is None), None)

    @property
    def listeners(self) -> tuple[RecordSigner, ...]:
        """Who must have agreed to every paragraph before it is sealed: the parties, but for who would not sign."""
        parties = (one for one in self.signers if one.party_id is not None and one.id not in self.refused)
        return tuple(parties) if self.read_aloud else ()

    def said(self, answer: Answer) -> Mapping[str, frozenset[str]]:
        """Signer id -> ids of the paragraphs to which this is their answer now."""
        found: dict[str, set[str]] = {}
        for (person, paragraph), one in standing(self.paragraphs, self.answers).items():
            if one.answer is answer:
                found.setdefault(person, set()).add(paragraph)
        return {person: frozenset(ids) for person, ids in found.items()}

    def current(self) -> Paragraph | None:
        """The paragraph before all while it is read: the led one, else the first that somebody has not agreed to."""
        if not self.read_aloud or self.state is not RecordPaperState.SIGNING:
            return None
        led = next((one for one in self.paragraphs if one.id == self.led), None)
        agreed = self.said(Answer.AGREED)
        return led or next(
            (
                one
                for one in self.paragraphs
                if any(one.id not in agreed.get(person.id, frozenset()) for person in self.listeners)
            ),
            None,
        )

    def require_heard(self, signer: RecordSigner | None = None) -> None:
        """Before this one signs, or (None) before the seal. Refuses `reading.not_acknowledged`, `reading.question_open`."""
        people = [(one.id, one.name) for one in self.listeners if signer is None or one.id == signer.id]
        require_agreed(self.paragraphs, people, self.answers)
