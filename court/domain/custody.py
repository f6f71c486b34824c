"""Seal custody (用印): keeper, user and auditor are three people; every use is approved or delegated. No keys here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.errors import CourtError
from court.domain.lifecycle import STAFF, SYSTEM, Lifecycle, Role, Step
from court.domain.paper import PAPER_NAMES, PaperKind

MOST_USES = 1000
LONGEST_DAYS = 366


class CustodyRole(StrEnum):
    """Who does what with one seal. Nobody is two of them, for any seal of the node."""

    KEEPER = "keeper"
    USER = "user"
    AUDITOR = "auditor"


CUSTODY_NAMES = {
    CustodyRole.KEEPER: "保管人",
    CustodyRole.USER: "用印人",
    CustodyRole.AUDITOR: "审计人",
}


class UseState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    USED = "used"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class UseAction(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    USE = "use"


_S, _A = UseState, UseAction
# Which of them keeps, uses or audits this seal is looked up by the service; here stand the offices of the court.
OFFICES = STAFF | {Role.OFFICE}
SEAL_USE: Lifecycle[UseState, UseAction] = Lifecycle(
    "custody",
    _S.ASKED,
    {
        (_S.ASKED, _A.APPROVE): Step(_S.APPROVED, OFFICES | SYSTEM),
        (_S.ASKED, _A.REFUSE): Step(_S.REFUSED, OFFICES),
        (_S.ASKED, _A.WITHDRAW): Step(_S.WITHDRAWN, OFFICES),
        (_S.APPROVED, _A.USE): Step(_S.USED, OFFICES),
        (_S.APPROVED, _A.TAKE_BACK): Step(_S.REFUSED, OFFICES),
        (_S.APPROVED, _A.WITHDRAW): Step(_S.WITHDRAWN, OFFICES),
    },
    {
        _S.ASKED: "待批准",
        _S.APPROVED: "已批准，待盖章",
        _S.USED: "已用印",
        _S.REFUSED: "未批准",
        _S.WITHDRAWN: "已撤回",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who holds a role for a body's seal since when; `until` is None while he does."""

    id: str
    body: str
    role: CustodyRole
    account_id: str
    name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A keeper's standing leave: kinds of paper (none: all), one user (None: every user of the seal), time, number."""

    id: str
    body: str
    keeper_id: str
    keeper_name: str
    user_id: str | None
    user_name: str
    kinds: frozenset[PaperKind]
    from_at: datetime
    until_at: datetime
    most: int
    used: int
    note: str
    demonstration: bool
    given_at: datetime
    revoked_at: datetime | None

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)

    @property
    def kinds_text(self) -> str:
        """The kinds in words."""
        return "、".join(PAPER_NAMES[kind] for kind in sorted(self.kinds)) if self.kinds else "各类文书"

    def live(self, now: datetime) -> bool:
        """Whether it still gives leave for anything."""
        return self.revoked_at is None and self.from_at <= now < self.until_at and self.left > 0

    def covers(self, now: datetime, user_id: str, kind: PaperKind) -> bool:
        """Whether this user may seal a paper of this kind by it now."""
        fits = self.user_id in (None, user_id) and (not self.kinds or kind in self.kinds)
        return fits and self.live(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a seal is asked for: which paper of which matter or petition."""

    kind: PaperKind
    title: str
    number: str
    subject_kind: str
    subject_id: str
    hearing_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealUse:
    """One line of the register (用印登记簿). `base_sha256` is the paper as shown to the keeper, before the seal."""

    id: str
    body: str
    kind: PaperKind
    title: str
    number: str
    subject_kind: str
    subject_id: str
    hearing_id: str | None
    base_sha256: str
    state: UseState
    asked_by: str
    asked_name: str
    asked_at: datetime
    decided_name: str
    decided_at: datetime | None
    delegation_id: str | None
    reason: str
    sealed_sha256: str
    pages: int
    used_at: datetime | None

    @property
    def state_name(self) -> str:
        return SEAL_USE.labels[self.state]

    @property
    def kind_name(self) -> str:
        return PAPER_NAMES[self.kind]


def check_assignment(
    held: Iterable[Assignment], account_id: str, name: str, role: CustodyRole, office: Role
) -> None:
    """Refuses `custody.conflict` (two of the three in one person), `custody.admin` (who assigns holds none)."""
    if office is Role.ADMIN:
        raise CourtError("custody.admin", name=name)
    for one in held:
        if one.account_id == account_id and one.until is None and one.role is not role:
            raise CourtError(
                "custody.conflict", name=name, held=CUSTODY_NAMES[one.role], wanted=CUSTODY_NAMES[role]
            )


def check_delegation(from_at: datetime, until_at: datetime, most: int, now: datetime) -> None:
    """Refuses `custody.delegation_bounds`: a leave has an end and a number."""
    days = (until_at - from_at).total_seconds() / 86_400
    if not (0 < days <= LONGEST_DAYS and until_at > now and 1 <= most <= MOST_USES):
        raise CourtError("custody.delegation_bounds", days=LONGEST_DAYS, most=MOST_USES)


def leave_for(
    delegations: Iterable[Delegation], now: datetime, user_id: str, kind: PaperKind
) -> Delegation | None:
    """The delegation to count a use by: the narrowest, then the one that ends first."""
    fitting = [one for one in delegations if one.covers(now, user_id, kind)]
    return min(fitting, key=lambda one: (one.user_id is None, not one.kinds, one.until_at), default=None)
