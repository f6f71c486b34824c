"""From which track a dispute may go to which (诉调、警调、访调、调转诉、调转执), by whom, with which limits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from court.domain.confirmation import ConfirmationState
from court.domain.errors import CourtError
from court.domain.filing import FilingState
from court.domain.lifecycle import ROLE_NAMES, Role
from court.domain.mediation_track import MediationState, Origin
from court.domain.track import REFERRAL_NAMES, ReferralKind, Track, TrackKind

_DESK = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE})
_COUNTER = _DESK | {Role.OFFICER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way from a track (None: from outside the tracks) in one of `states` to another. `starts` and `ends` are rules of
    court/data/deadlines.toml: started on the new track, met or dropped on the old one; `carries` is told on the page."""

    kind: ReferralKind
    source: TrackKind | None
    states: frozenset[str]
    target: TrackKind
    who: frozenset[Role]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    carries: str

    @property
    def name(self) -> str:
        return REFERRAL_NAMES[self.kind]


_SAME = "当事人、材料、送达地址都跟着走，不用再填再交。"
_M, _F, _C = MediationState, FilingState, ConfirmationState
ROUTES: tuple[Route, ...] = (
    Route(
        kind=ReferralKind.COURT_TO_MEDIATION,
        source=TrackKind.FILING,
        # 委派 before the case is accepted, 委托 after it (特邀调解规定 11).
        states=frozenset({_F.RECEIVED, _F.ACCEPTED, _F.TRIAL}),
        target=TrackKind.MEDIATION,
        who=_DESK,
        starts=("MD-01", "MD-02"),
        ends=(),
        carries=_SAME + "审理期限照常计算；各方同意延长的调解期间不计入审限（在线调解规则第二十四条）。",
    ),
    Route(
        kind=ReferralKind.FROM_POLICE,
        source=None,
        states=frozenset(),
        target=TrackKind.MEDIATION,
        who=_COUNTER | {Role.MEDIATOR},
        starts=("MD-02",),
        ends=(),
        carries="写明移送的派出所、民警和警情编号；移送的材料拍照存入本纠纷（人民调解法第十八条）。",
    ),
    Route(
        kind=ReferralKind.FROM_PETITION,
        source=None,
        states=frozenset(),
        target=TrackKind.MEDIATION,
        who=_COUNTER | {Role.PETITION_OFFICIAL},
        starts=("MD-02",),
        ends=(),
        carries=_SAME + "信访事项的办理期限照常计算（信访工作条例第三十三条、第三十四条）。",
    ),
    Route(
        kind=ReferralKind.MEDIATION_TO_COURT,
        source=TrackKind.MEDIATION,
        states=frozenset({_M.ENDED, _M.RETURNED, _M.AGREED, _M.DONE}),
        target=TrackKind.FILING,
        who=_COUNTER,
        starts=("SU-01",),
        ends=("MD-05", "MD-06"),
        carries=_SAME + "调解中说过的话、让步、草稿不随卷移送；只移送各方共同确认的无争议事实。",
    ),
    Route(
        kind=ReferralKind.MEDIATION_TO_CONFIRMATION,
        source=TrackKind.MEDIATION,
        states=frozenset({_M.AGREED}),
        target=TrackKind.CONFIRMATION,
        who=_COUNTER | {Role.MEDIATOR},
        starts=("MD-08",),
        ends=("MD-07",),
        carries=_SAME + "移送已生效的调解协议；调解过程不移送。",
    ),
    Route(
        kind=ReferralKind.TO_ENFORCEMENT,
        source=TrackKind.CONFIRMATION,
        states=frozenset({_C.GRANTED}),
        target=TrackKind.ENFORCEMENT,
        who=_COUNTER,
        starts=("ZX-01",),
        ends=(),
        carries=_SAME + "执行依据是司法确认裁定；到期未履行的各项自动列入。",
    ),
    Route(
        kind=ReferralKind.TO_ENFORCEMENT,
        source=TrackKind.FILING,
        states=frozenset({_F.EFFECTIVE}),
        target=TrackKind.ENFORCEMENT,
        who=_COUNTER,
        starts=("ZX-01",),
        ends=(),
        carries=_SAME + "执行依据是生效裁判。",
    ),
)


def route(kind: ReferralKind, source: TrackKind | None) -> Route:
    """Refuses `referral.unknown`."""
    found = next((one for one in ROUTES if one.kind is kind and one.source is source), None)
    if found is None:
        raise CourtError("referral.unknown")
    return found


def open_routes(tracks: Iterable[Track], role: Role) -> tuple[tuple[Route, Track | None], ...]:
    """What this role may do now with a dispute that has these tracks: the route and the track it starts from."""
    known = tuple(tracks)
    busy = {one.kind for one in known if one.ended_at is None}
    latest: Mapping[TrackKind, Track] = {one.kind: one for one in known}
    found: list[tuple[Route, Track | None]] = []
    for each in ROUTES:
        if role not in each.who or each.target in busy:
            continue
        if each.source is None:
            if not known:
                found.append((each, None))
        elif each.source in latest and latest[each.source].state in each.states:
            found.append((each, latest[each.source]))
    return tuple(found)


def require(chosen: Route, tracks: Iterable[Track], role: Role) -> Track | None:
    """The track it starts from. Refuses `referral.not_allowed`, `referral.wrong_state`."""
    if role not in chosen.who:
        raise CourtError("referral.not_allowed", role=ROLE_NAMES[role], name=chosen.name)
    for each, source in open_routes(tracks, role):
        if each == chosen:
            return source
    raise CourtError("referral.wrong_state", name=chosen.name)


def origin_of(chosen: Route, source: Track | None, *, summary: bool) -> Origin:
    """Before filing (委派) or after it (委托) with the procedure: it decides the term of the mediation."""
    if chosen.kind is not ReferralKind.COURT_TO_MEDIATION or source is None:
        return Origin.APPLIED
    if source.state == FilingState.RECEIVED:
        return Origin.BEFORE_FILING
    return Origin.SUMMARY if summary else Origin.ORDINARY
