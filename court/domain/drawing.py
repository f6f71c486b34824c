"""Which papers staff draw up on the page of a dispute or a petition, and who may. Their content is documents'."""

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.paper import PaperKind

_COURT = frozenset({Role.JUDGE, Role.CLERK})
_BENCH = frozenset({Role.JUDGE})
_ALL = frozenset({Role.JUDGE, Role.CLERK, Role.MEDIATOR, Role.OFFICER})
_PETITION = frozenset({Role.PETITION_OFFICIAL})
_MEDIATING = frozenset({Role.JUDGE, Role.CLERK, Role.MEDIATOR})

# In the order of the page. A decision is the judge's alone (法官法 8); a clerk prepares notices and forms.
DRAWABLE: dict[PaperKind, frozenset[Role]] = {
    PaperKind.MEDIATION_APPLICATION: _ALL,
    PaperKind.RIGHTS_NOTICE: _MEDIATING,
    PaperKind.UNDISPUTED_FACTS: _MEDIATING,
    PaperKind.MEDIATION_REPORT: _MEDIATING,
    PaperKind.PERFORMANCE_PROOF: _MEDIATING,
    PaperKind.FOLLOW_UP: _MEDIATING,
    PaperKind.CONFIRMATION_APPLICATION: _ALL,
    PaperKind.CONFIRMATION_GRANTED: _BENCH,
    PaperKind.CONFIRMATION_REJECTED: _BENCH,
    PaperKind.CONFIRMATION_NOT_ACCEPTED: _BENCH,
    PaperKind.COURT_MEDIATION: _BENCH,
    PaperKind.COMPLAINT: _ALL,
    PaperKind.ELEMENT_COMPLAINT: _ALL,
    PaperKind.DEFENCE: _ALL,
    PaperKind.ACCEPTANCE_NOTICE: _COURT,
    PaperKind.RESPONSE_NOTICE: _COURT,
    PaperKind.EVIDENCE_NOTICE: _COURT,
    PaperKind.FEE_SHEET: _COURT,
    PaperKind.SUMMONS: _COURT,
    PaperKind.HEARING_ANNOUNCEMENT: _COURT,
    PaperKind.ONLINE_CONSENT: _ALL,
    PaperKind.ADDRESS_CONFIRMATION: _ALL,
    PaperKind.WITNESS_PLEDGE: _COURT,
    PaperKind.EVIDENCE_LIST: _ALL,
    PaperKind.JUDGMENT: _BENCH,
    PaperKind.ELEMENT_JUDGMENT: _BENCH,
    PaperKind.ORDER_JUDGMENT: _BENCH,
    PaperKind.RULING: _BENCH,
    PaperKind.ENFORCEMENT_APPLICATION: _ALL,
    PaperKind.ENFORCEMENT_NOTICE: _COURT,
    PaperKind.PROPERTY_ORDER: _COURT,
    PaperKind.PROPERTY_REPORT: _COURT,
    PaperKind.ENFORCEMENT_RECORD: _COURT,
    PaperKind.PROPERTY_LIST: _COURT,
    PaperKind.ENFORCEMENT_SETTLEMENT: _COURT,
    PaperKind.PETITION_REGISTRATION: _PETITION,
    PaperKind.PETITION_ACCEPTANCE: _PETITION,
    PaperKind.PETITION_REFUSAL: _PETITION,
    PaperKind.PETITION_FORWARDING: _PETITION,
    PaperKind.PETITION_ASSIGNMENT: _PETITION,
    PaperKind.PETITION_EXTENSION: _PETITION,
    PaperKind.PETITION_OPINION: _PETITION,
    PaperKind.PETITION_REVIEW: _PETITION,
    PaperKind.PETITION_FINAL_REVIEW: _PETITION,
    PaperKind.PETITION_RECEPTION: _PETITION,
}


def offered(role: Role) -> tuple[PaperKind, ...]:
    """The papers this member of staff may draw up, in order."""
    return tuple(kind for kind, roles in DRAWABLE.items() if role in roles)


def require(name: str, role: Role) -> PaperKind:
    """Refuses `drawing.unknown` for what is not drawn up here, `drawing.not_allowed` for another's paper."""
    kind = next((each for each in DRAWABLE if each.value == name), None)
    if kind is None:
        raise CourtError("drawing.unknown")
    if role not in DRAWABLE[kind]:
        raise CourtError("drawing.not_allowed")
    return kind
