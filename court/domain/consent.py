"""Consent per party and per step, in versions (在线诉讼规则 4, 5); consent for one step never implies another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.hearing import HearingKind


class ConsentStep(StrEnum):
    FILING = "filing"
    MEDIATION = "mediation"
    HEARING = "hearing"
    SERVICE = "service"


STEP_NAMES = {
    ConsentStep.FILING: "网上登记立案",
    ConsentStep.MEDIATION: "在线调解",
    ConsentStep.HEARING: "在线庭审（接谈）",
    ConsentStep.SERVICE: "电子送达",
}
STEP_FOR_KIND = {
    HearingKind.MEDIATION: ConsentStep.MEDIATION,
    HearingKind.TRIAL: ConsentStep.HEARING,
    HearingKind.RECEPTION: ConsentStep.HEARING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One answer. `version` counts the answers of this party for this step; the highest one holds.

    `notice` names the text the person was shown; `via` is kiosk, desk, seat or paper.
    """

    id: str
    subject_id: str
    party_id: str
    step: ConsentStep
    version: int
    given: bool
    notice: str
    via: str
    at: datetime
    by: str


def current(consents: Iterable[Consent]) -> dict[tuple[str, ConsentStep], Consent]:
    """The answer that holds now, per party and step."""
    latest: dict[tuple[str, ConsentStep], Consent] = {}
    for consent in sorted(consents, key=lambda c: c.version):
        latest[consent.party_id, consent.step] = consent
    return latest


def has_consent(consents: Iterable[Consent], party_id: str, step: ConsentStep) -> bool:
    """Silence is not consent; a withdrawal is a later version with given=False."""
    answer = current(consents).get((party_id, step))
    return answer is not None and answer.given
