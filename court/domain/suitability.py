"""Whether a session may be held online (在线诉讼规则 4, 20, 21, 24), with the reasons. Who ticks them is a person."""

from dataclasses import dataclass
from enum import StrEnum

from court.domain.errors import CourtError
from court.domain.fees import Procedure
from court.domain.hearing import HearingKind


class Unfit(StrEnum):
    """在线诉讼规则 21: no hearing online while one of these stands."""

    ALL_REFUSE = "all_refuse"
    GOOD_REASON = "good_reason"
    NO_MEANS = "no_means"
    ON_SITE = "on_site"
    COMPLEX = "complex"
    STATE_AFFAIR = "state_affair"
    ATTENTION = "attention"
    OTHER = "other"


UNFIT_NAMES = {
    Unfit.ALL_REFUSE: "各方当事人都明确表示不同意",
    Unfit.GOOD_REASON: "一方当事人不同意，并且有正当理由",
    Unfit.NO_MEANS: "各方当事人都不具备在线参加的技术条件和能力",
    Unfit.ON_SITE: "需要当面查明身份、核对原件、查验实物",
    Unfit.COMPLEX: "案件疑难复杂、证据繁多，在线不利于查明事实",
    Unfit.STATE_AFFAIR: "涉及国家安全、国家秘密",
    Unfit.ATTENTION: "有重大社会影响，受到广泛关注",
    Unfit.OTHER: "有其他不宜在线开庭的情形",
}


class BenchPlace(StrEnum):
    """Where the one who presides sits: the court's online courtroom, beside the people in the vehicle, or elsewhere."""

    COURT = "court"
    VEHICLE = "vehicle"
    ELSEWHERE = "elsewhere"


BENCH_PLACE_NAMES = {
    BenchPlace.COURT: "在法院的在线法庭",
    BenchPlace.VEHICLE: "随车，和车上的人当面",
    BenchPlace.ELSEWHERE: "在别的地方（须经院长同意）",
}
_APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attending:
    """One party of the session: `place` vehicle, court or remote; `said` the answer about online, None not asked yet."""

    name: str
    place: str
    said: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A session as booked. `approval`: who of the court agreed to another place, when, under which number."""

    kind: HearingKind
    people: tuple[Attending, ...]
    bench: BenchPlace = BenchPlace.COURT
    unfit: frozenset[Unfit] = frozenset()
    approval: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What forbids the plan, with what to do instead."""

    code: str
    text: str
    mend: str
    basis: str


def beside(place: str, bench: BenchPlace) -> bool:
    """Whether somebody sits in one room with who presides: nothing is online for him then (规则 4: mixed sessions)."""
    return place == bench.value and bench is not BenchPlace.ELSEWHERE


def online(plan: Plan) -> bool:
    """Whether anybody takes part by line."""
    return any(not beside(one.place, plan.bench) for one in plan.people)


def obstacles(plan: Plan) -> tuple[Obstacle, ...]:
    """Everything that stands against the plan, each with its way out; none: it may be booked."""
    found = []
    if plan.kind is HearingKind.TRIAL and online(plan):
        said_no = bool(plan.people) and all(one.said is False for one in plan.people)
        ticked = plan.unfit | ({Unfit.ALL_REFUSE} if said_no else frozenset())
        found += [
            Obstacle(
                code=f"unfit.{unfit}",
                text=f"{UNFIT_NAMES[unfit]}，不得在线开庭。",
                mend="请改为当面：法官随车，或者各方都到法院。",
                basis="人民法院在线诉讼规则第二十一条",
            )
            for unfit in Unfit
            if unfit in ticked
        ]
    found += [
        Obstacle(
            code=_APART,
            text=f"{one.name}不愿意隔着屏幕参加。",
            mend=f"请让{one.name}和主持人坐在一处（法官随车，或者到法院），其他人可以在线；或者重新征得同意。",
            basis="人民法院在线诉讼规则第四条",
        )
        for one in plan.people
        if one.said is False and not beside(one.place, plan.bench)
    ]
    if plan.kind is HearingKind.TRIAL and plan.bench is BenchPlace.ELSEWHERE and not plan.approval.strip():
        found.append(
            Obstacle(
                code="approval",
                text="在在线法庭以外的地方组织在线庭审，应当报请本院院长同意。",
                mend="请写明院长同意的日期和文号，或者改到法院、车上。",
                basis="人民法院在线诉讼规则第二十四条",
            )
        )
    return tuple(found)


def require(plan: Plan) -> None:
    """Refuses `suitability.not_online` with every obstacle and its way out."""
    found = obstacles(plan)
    if found:
        words = "".join(f"{one.text}{one.mend}（{one.basis}）" for one in found)
        raise CourtError("suitability.not_online", why=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What 在线诉讼规则 20 asks before everybody may take part at a time of his own."""

    trial: bool
    procedure: Procedure
    all_agree: bool
    hard_together: bool = False
    asked_in_writing: bool = False
    undisputed: bool = False


def apart_faults(plan: Apart) -> tuple[str, ...]:
    """Why a step may not be done at different times; none: it may. Only a trial asks for more than consent."""
    asked = (
        (not plan.all_agree, "没有征得各方当事人同意"),
        (
            plan.trial and plan.procedure not in {Procedure.SMALL, Procedure.SIMPLE},
            "不是小额诉讼程序或者简易程序",
        ),
        (plan.trial and not plan.hard_together, "没有各方同时在线确有困难的情形"),
        (plan.trial and not plan.asked_in_writing, "没有当事人的书面申请"),
        (plan.trial and not plan.undisputed, "没有经过证据交换或者询问，主要事实和证据还有争议"),
    )
    return tuple(f"{text}（人民法院在线诉讼规则第二十条）" for holds, text in asked if holds)
