"""A track: one way a dispute is worked on; the states and steps of each kind stand in its own module."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrackKind(StrEnum):
    MEDIATION = "mediation"
    FILING = "filing"
    CONFIRMATION = "confirmation"
    ENFORCEMENT = "enforcement"


TRACK_NAMES = {
    TrackKind.MEDIATION: "调解",
    TrackKind.FILING: "立案和审理",
    TrackKind.CONFIRMATION: "司法确认",
    TrackKind.ENFORCEMENT: "执行",
}


class ReferralKind(StrEnum):
    """How a dispute came to another track, or to the court from outside."""

    COURT_TO_MEDIATION = "court_to_mediation"
    MEDIATION_TO_COURT = "mediation_to_court"
    MEDIATION_TO_CONFIRMATION = "mediation_to_confirmation"
    TO_ENFORCEMENT = "to_enforcement"
    FROM_POLICE = "from_police"
    FROM_PETITION = "from_petition"


REFERRAL_NAMES = {
    ReferralKind.COURT_TO_MEDIATION: "诉调对接：诉转调",
    ReferralKind.MEDIATION_TO_COURT: "调解不成，转立案",
    ReferralKind.MEDIATION_TO_CONFIRMATION: "调解协议，申请司法确认",
    ReferralKind.TO_ENFORCEMENT: "未履行，转执行",
    ReferralKind.FROM_POLICE: "警调对接：公安移送",
    ReferralKind.FROM_PETITION: "访调对接：信访移送",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """`number` is the official one, "" before it is given; `details` is JSON that the kind's own module reads.

    `procedure` and `outcome` are words of that module too; `ended_at` None while it is under way."""

    id: str
    matter_id: str
    kind: TrackKind
    state: str
    number: str
    procedure: str
    judge_id: str | None
    clerk_id: str | None
    mediator_id: str | None
    details: str
    outcome: str
    opened_at: datetime
    ended_at: datetime | None
    updated_at: datetime
    rev: int

    @property
    def kind_name(self) -> str:
        return TRACK_NAMES[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """From one track (None: from outside, `source` says from whom) to another, with its reason."""

    id: str
    matter_id: str
    source_track_id: str | None
    target_track_id: str | None
    kind: ReferralKind
    source: str
    reason: str
    at: datetime
    by: str

    @property
    def kind_name(self) -> str:
        return REFERRAL_NAMES[self.kind]
