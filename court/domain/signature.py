"""Signing by people: in which manner, by whose pad, with which one-time code, refused by whom. No page, no PDF."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from court.domain.errors import CourtError
from court.domain.hearing import IdentityMethod


class Manner(StrEnum):
    """How a field is filled. 人民调解法 29: signature, seal or fingerprint (按指印)."""

    WRITTEN = "written"
    MARK = "mark"
    FINGERPRINT = "fingerprint"
    REFUSED = "refused"


MANNER_NAMES = {
    Manner.WRITTEN: "手写签名",
    Manner.MARK: "画押",
    Manner.FINGERPRINT: "捺印",
    Manner.REFUSED: "拒绝签名",
}
# What one who cannot write may do instead.
INSTEAD = (Manner.FINGERPRINT, Manner.MARK)


class StillMissing(StrEnum):
    """Why the signature has no picture of the person out of the session."""

    NO_SESSION = "no_session"
    NOT_RECORDED = "not_recorded"
    CAMERA_OFF = "camera_off"
    UNREADABLE = "unreadable"


MISSING_NAMES = {
    StillMissing.NO_SESSION: "签名时没有正在进行的会议，没有现场画面",
    StillMissing.NOT_RECORDED: "签名时录音录像没有在进行",
    StillMissing.CAMERA_OFF: "签名时本人席位的摄像头没有画面（关闭、静画或断线）",
    StillMissing.UNREADABLE: "签名时的画面未能取出，录像原件仍在",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotWrite:
    """One who cannot write (不会书写): `witness_id` is the signer who witnesses; `read_by` read `read_aloud` to them.

    `witness_about`: who the witness is to the parties; `witness_identity`: how the witness was known.
    """

    signer_id: str
    witness_id: str
    manner: Manner
    read_by: str
    read_aloud: str
    witness_about: str
    witness_identity: IdentityMethod
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessCheck:
    """The identity of a witness of a signature. No number is kept but `masked_number`, "" where no card was read."""

    id: str
    agreement_id: str
    signer_id: str
    name: str
    method: IdentityMethod
    masked_number: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRecord:
    """One signature as it was made: the signed evidence record and the files it names, by hash."""

    id: str
    subject_kind: str
    subject_id: str
    rev: int
    signer_id: str
    name: str
    role: str
    manner: Manner
    record_sha256: str
    strokes_sha256: str
    source_sha256: str
    still_sha256: str
    still_missing: str
    confirmed_by: str
    at: datetime
    by: str

    @property
    def manner_name(self) -> str:
        return MANNER_NAMES[self.manner]

    @property
    def missing_name(self) -> str:
        return MISSING_NAMES[StillMissing(self.still_missing)] if self.still_missing else ""


# A pad left lying about is nobody's after this.
PAD_HELD = timedelta(minutes=10)


class PadEnd(StrEnum):
    SIGNED = "signed"
    GIVEN_BACK = "given_back"
    TAKEN_AWAY = "taken_away"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PadTurn:
    """The pad belongs to `signer_id` at the screen of `holder` until it ends; `base_sha256` is what they read.

    `confirmation` is the one-time code that was given, "" where none is asked for.
    """

    id: str
    subject_kind: str
    subject_id: str
    signer_id: str
    name: str
    holder: str
    base_sha256: str
    confirmation: str
    confirmed_by: str
    taken_at: datetime
    ended_at: datetime | None

    def open_at(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.taken_at + PAD_HELD


def may_take(held: PadTurn | None, *, now: datetime, signer_id: str, holder: str) -> bool:
    """True for a new turn, False where this very turn is held already. Refuses `pad.taken` (params name)."""
    if held is None or not held.open_at(now):
        return True
    if (held.signer_id, held.holder) == (signer_id, holder):
        return False
    raise CourtError("pad.taken", name=held.name)


CODE_VALID = timedelta(minutes=5)
CODE_TRIES = 3
CODE_DIGITS = 6


class CodeChannel(StrEnum):
    """SPOKEN: shown to bench and clerk, who read it out to the person they see; SMS: sent to the registered phone."""

    SPOKEN = "spoken"
    SMS = "sms"


CHANNEL_NAMES = {CodeChannel.SPOKEN: "会议中当面念给本人", CodeChannel.SMS: "发到本人登记的手机"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningCode:
    """A one-time confirmation of one person for one file; the digits themselves are kept nowhere."""

    id: str
    signer_id: str
    base_sha256: str
    code_hash: str
    channel: CodeChannel
    wrong: int
    expires_at: datetime
    used_at: datetime | None


class CodeAnswer(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"


def judge_code(code: SigningCode | None, *, base_sha256: str, given_hash: str, now: datetime) -> CodeAnswer:
    """OVER: used, run out, guessed too often, or about another state of the paper."""
    if code is None or code.used_at is not None or now >= code.expires_at:
        return CodeAnswer.OVER
    if code.wrong >= CODE_TRIES or code.base_sha256 != base_sha256:
        return CodeAnswer.OVER
    return CodeAnswer.RIGHT if code.code_hash == given_hash else CodeAnswer.WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """拒绝签名, noted by the court: who, why, before whom."""

    id: str
    subject_kind: str
    subject_id: str
    signer_id: str
    name: str
    role: str
    reason: str
    witness: str
    at: datetime
    by: str


class ScanState(StrEnum):
    """WAITING to be compared side by side by a person."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFound:
    """What the server read on one sheet: `state` found, no_code or wrong_page; `page` by its code, 0 unknown."""

    sheet: int
    page: int
    state: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanCheck:
    """Sheets signed by hand that came back: hashes in page order, what was read on each, how each person signed."""

    id: str
    subject_kind: str
    subject_id: str
    base_sha256: str
    state: ScanState
    sheets: tuple[str, ...]
    findings: tuple[SheetFound, ...]
    manners: dict[str, str]
    reason: str
    at: datetime
    by: str
    checked_at: datetime | None
    checked_by: str

    @property
    def unread(self) -> tuple[int, ...]:
        """Numbers of the sheets whose code could not be read or stands at another place: a person answers for them."""
        return tuple(one.sheet for one in self.findings if one.state != "found")
