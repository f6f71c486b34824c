"""A registration begun at the kiosk, saved step by step; not yet a matter or a petition."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from court.domain.matter import Material

# An unfinished draft is kept for the next market day, then its content is wiped (个人信息保护法 19).
DRAFT_KEPT = timedelta(days=15)


class DraftKind(StrEnum):
    DISPUTE = "dispute"
    PETITION = "petition"


class DraftState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    DISCARDED = "discarded"
    EXPIRED = "expired"


class Channel(StrEnum):
    """How a registration was told."""

    KIOSK = "kiosk"
    DESK = "desk"
    CALL = "call"
    PHONE = "phone"


CHANNEL_NAMES = {
    Channel.KIOSK: "车载终端",
    Channel.DESK: "窗口代办",
    Channel.CALL: "电话登记",
    Channel.PHONE: "本人手机",
}


class PersonAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person as typed; "" is not given. `no_card` chooses the temporary identity."""

    name: str = ""
    id_number: str = ""
    no_card: bool = False
    phone: str = ""
    address: str = ""
    gender: str = ""
    birth_date: date | None = None
    ethnicity: str = ""
    occupation: str = ""


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a draft may hold, each with "not asked yet" as default; `draft.save` merges top-level keys.

    `consents` maps a ConsentStep value to yes or no. `signature_sha256` is the blob of the stroke data (JSON).
    `elements` answers the questions of the cause's element form by their words, `claims` are its requests that were
    ticked, `amount` is the sum as typed (3万). `channel` says how it was told; a call has no signature yet.
    `petition_class` and `representatives` are for petitions only; `cause_code`, `respondents` for disputes only.
    """

    applicant: PersonAnswer = PersonAnswer()
    respondents: tuple[PersonAnswer, ...] = ()
    respondent_unknown: bool = False
    cause_code: str = ""
    elements: dict[str, str] = {}
    claims: tuple[str, ...] = ()
    amount: str = ""
    channel: Channel = Channel.KIOSK
    petition_class: str = ""
    representatives: tuple[PersonAnswer, ...] = ()
    facts: str = ""
    request: str = ""
    place: str = ""
    consents: dict[str, bool] = {}
    consent_notice: str = ""
    read_back: bool = False
    signature_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`version` must be handed back with the next save; `officer_name` is set after a take-over (代办)."""

    id: str
    kind: DraftKind
    state: DraftState
    version: int
    step: str
    answers: Answers
    materials: tuple[Material, ...]
    terminal_id: str | None
    officer_id: str | None
    officer_name: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    subject_id: str | None
    # Milliseconds of what was told into the machine; it stands for the facts until somebody types them.
    spoken_ms: int = 0
