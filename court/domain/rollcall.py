"""What keeps a session from opening: who presides, who is present, whose identity and consent are missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from court.domain.consent import STEP_FOR_KIND, STEP_NAMES, Consent, has_consent
from court.domain.errors import CourtError
from court.domain.hearing import HearingKind, IdentityCheck, Seat, SeatRole
from court.domain.matter import IdKind
from court.domain.suitability import BenchPlace, beside
from court.domain.temporary import TABLE, Act, only_temporary

BENCH_SEATS = frozenset({SeatRole.JUDGE, SeatRole.MEDIATOR, SeatRole.PETITION_OFFICIAL})
# Who presides over which kind of session.
PRESIDING = {
    HearingKind.MEDIATION: frozenset({SeatRole.MEDIATOR, SeatRole.JUDGE}),
    HearingKind.TRIAL: frozenset({SeatRole.JUDGE}),
    HearingKind.RECEPTION: frozenset({SeatRole.PETITION_OFFICIAL, SeatRole.JUDGE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A refusal that `open` would give, with its params."""

    code: str
    params: Mapping[str, str]

    def refusal(self) -> CourtError:
        """As `open` would raise it."""
        return CourtError(self.code, keep=False, problems=(), **self.params)


def obstacles(
    kind: HearingKind,
    seats: Iterable[Seat],
    checks: Mapping[str, IdentityCheck],
    consents: Iterable[Consent],
    now: datetime,
    *,
    bench: BenchPlace = BenchPlace.COURT,
    kinds: Mapping[str, IdKind] = MappingProxyType({}),
) -> tuple[Obstacle, ...]:
    """Everything, in the order a person would put it right. `checks` are those made for this session; who sits beside
    the bench takes no part online and is asked for no consent. `kinds`: how each party is known at all."""
    found: list[Obstacle] = []
    known = tuple(consents)
    listed = tuple(seats)
    if not any(s.present for s in listed if s.role in PRESIDING[kind]):
        found.append(Obstacle(code="hearing.bench_absent", params={}))
    parties = [s for s in listed if s.party_id is not None and s.present]
    if not parties:
        found.append(Obstacle(code="hearing.nobody_present", params={}))
    step = STEP_FOR_KIND[kind]
    for seat in parties:
        assert seat.party_id is not None
        check = checks.get(seat.party_id)
        if check is None or now >= check.expires_at:
            found.append(Obstacle(code="hearing.identity_missing", params={"name": seat.name}))
        elif kind is HearingKind.TRIAL and only_temporary(
            kinds.get(seat.party_id, IdKind.UNKNOWN), check.method
        ):
            leave = TABLE[Act.TRIAL]
            params = {"name": seat.name, "act": leave.name, "mend": leave.mend}
            found.append(Obstacle(code="identity.temporary", params=params))
        if not beside(seat.place, bench) and not has_consent(known, seat.party_id, step):
            params = {"name": seat.name, "step": STEP_NAMES[step]}
            found.append(Obstacle(code="hearing.consent_missing", params=params))
    return tuple(found)
