"""Papers of a session that people sign one after the other on the pad: those about its recording (the note on
interruptions, the value confirmed, the statement on private talks) and those that staff drew up on the desk."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import BENCH, SYSTEM, Lifecycle, Role, Step
from court.domain.paper import PAPER_NAMES, PaperKind


class RecordPaperKind(StrEnum):
    NOTE = "note"
    CHECKSUM = "checksum"
    CAUCUS = "caucus"
    DRAWN = "drawn"


# Of the papers about a recording; a drawn one says itself which paper it is.
PAPER_KINDS = {
    RecordPaperKind.NOTE: PaperKind.RECORDING_NOTE,
    RecordPaperKind.CHECKSUM: PaperKind.RECORDING_CHECKSUM,
    RecordPaperKind.CAUCUS: PaperKind.CAUCUS,
}


class RecordPaperState(StrEnum):
    SIGNING = "signing"
    DONE = "done"
    VOID = "void"


class RecordPaperAction(StrEnum):
    SIGN = "sign"
    FINISH = "finish"
    VOID = "void"


_S, _A = RecordPaperState, RecordPaperAction
_DESK = BENCH | {Role.CLERK}

RECORD_PAPER: Lifecycle[RecordPaperState, RecordPaperAction] = Lifecycle(
    "record_paper",
    _S.SIGNING,
    {
        (_S.SIGNING, _A.SIGN): Step(_S.SIGNING, _DESK),
        (_S.SIGNING, _A.FINISH): Step(_S.DONE, _DESK | SYSTEM),
        (_S.SIGNING, _A.VOID): Step(_S.VOID, _DESK),
    },
    {_S.SIGNING: "待签名", _S.DONE: "已完成", _S.VOID: "已作废"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSigner:
    """One field. Staff sign by their own account, a party at the screen of the staff who sees to it."""

    id: str
    position: int
    field: str
    role: str
    name: str
    party_id: str | None
    account_id: str | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerInput:
    """Who is to sign; exactly one of the ids is set."""

    role: str
    name: str
    party_id: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPaperRow:
    """`head_sha256` is the newest stored file; `number` is what it is registered under, "" for the session's own."""

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
