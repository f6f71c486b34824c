"""What the law says about a lawsuit's steps: which limits, who may change the procedure, how often a hearing moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from court.domain.errors import CourtError
from court.domain.fees import Fee, FeeKind, Procedure, Relief, fee
from court.domain.filing import Decision, DecisionKind, FeeFile, FilingDetails
from court.domain.lifecycle import Role
from court.domain.numbers import COURT_ZONE, day_of
from court.domain.reckoning import later

# 审限, 举证期限 by procedure (民事诉讼法 152, 164, 168; 解释 99, 266, 275).
TERM = {Procedure.SMALL: "SU-17", Procedure.SIMPLE: "SU-18", Procedure.ORDINARY: "SU-19"}
EVIDENCE = {Procedure.SMALL: "SU-12", Procedure.SIMPLE: "SU-11", Procedure.ORDINARY: "SU-10"}
# 上诉期 by what is appealed against (民事诉讼法 171).
APPEAL = {DecisionKind.JUDGMENT: "SU-15", DecisionKind.RULING: "SU-16"}
CHOICES = (Procedure.SMALL, Procedure.SIMPLE, Procedure.ORDINARY)
# 法释〔2019〕4号 3: how often a hearing may be put off.
_MOST_ADJOURNED = {Procedure.SMALL: 1, Procedure.SIMPLE: 1, Procedure.ORDINARY: 2}
_NOON = time(12)


class Ground(StrEnum):
    """民事诉讼法 149: why a hearing is put off. The last one needs the president (法释〔2019〕4号 2, 6)."""

    ABSENT_WITH_REASON = "absent_with_reason"
    CHALLENGE = "challenge"
    EVIDENCE = "evidence"
    ACCIDENT = "accident"


GROUND_NAMES = {
    Ground.ABSENT_WITH_REASON: "必须到庭的当事人、其他诉讼参与人有正当理由没有到庭",
    Ground.CHALLENGE: "当事人临时提出回避申请",
    Ground.EVIDENCE: "需要通知新的证人、调取新的证据、重新鉴定勘验，或者补充调查",
    Ground.ACCIDENT: "不可抗力或者意外事件使庭审无法正常进行（须经院长批准）",
}


class StayGround(StrEnum):
    """民事诉讼法 153."""

    DIED = "died"
    INCAPABLE = "incapable"
    DISSOLVED = "dissolved"
    FORCE_MAJEURE = "force_majeure"
    OTHER_CASE = "other_case"
    OTHER = "other"


STAY_NAMES = {
    StayGround.DIED: "一方当事人死亡，等待继承人表明是否参加诉讼",
    StayGround.INCAPABLE: "一方当事人丧失诉讼行为能力，还没有确定法定代理人",
    StayGround.DISSOLVED: "法人或者其他组织终止，还没有确定权利义务承受人",
    StayGround.FORCE_MAJEURE: "一方当事人因不可抗拒的事由不能参加诉讼",
    StayGround.OTHER_CASE: "必须以另一案的审理结果为依据，另一案尚未审结",
    StayGround.OTHER: "其他应当中止诉讼的情形",
}


class Deemed(StrEnum):
    """Why a suit counts as withdrawn: the fee (诉讼费用交纳办法 22) or the plaintiff's absence (民事诉讼法 146)."""

    FEE_UNPAID = "fee_unpaid"
    ABSENT = "absent"


DEEMED_NAMES = {
    Deemed.FEE_UNPAID: "通知交费后逾期没有交，也没有获准缓交、减交、免交（诉讼费用交纳办法第二十二条）",
    Deemed.ABSENT: "原告经传票传唤，无正当理由拒不到庭，或者未经许可中途退庭（民事诉讼法第一百四十六条）",
}


def require_correctable(known: FilingDetails) -> None:
    """补正 is told once and whole (在线诉讼规则 9). Refuses `filing.corrected_once`."""
    if known.corrections:
        raise CourtError("filing.corrected_once")


def require_change(known: FilingDetails, to: Procedure, *, agreed: bool, term_over: bool) -> None:
    """Whether the procedure may be changed now (民事诉讼法 160, 165, 169, 170; 解释 258, 260, 264).

    Refuses `filing.same_procedure`, `filing.term_over`, `filing.change_needs_consent`."""
    now = known.procedure
    if to is now:
        raise CourtError("filing.same_procedure")
    if term_over:
        raise CourtError("filing.term_over")
    # Towards a shorter procedure only by agreement and before the first hearing.
    if CHOICES.index(to) < CHOICES.index(now) and (known.heard_at is not None or not agreed):
        raise CourtError("filing.change_needs_consent")


def require_adjournment(
    known: FilingDetails, ground: Ground, *, was: datetime, to: datetime, agreed: bool, role: Role
) -> None:
    """法释〔2019〕4号 3, 5, 6. Refuses `filing.adjourned_often`, `filing.adjourned_far`, `filing.adjourn_president`."""
    most = _MOST_ADJOURNED[known.procedure]
    if len(known.adjournments) >= most:
        raise CourtError("filing.adjourned_often", most=most)
    if ground is Ground.ACCIDENT and role is not Role.PRESIDENT:
        raise CourtError("filing.adjourn_president")
    far = day_of(to) > later(day_of(was), 1)
    if far and not agreed and ground is not Ground.ACCIDENT:
        raise CourtError("filing.adjourned_far")


def charged(known: FilingDetails, procedure: Procedure, now: datetime) -> FeeFile:
    """The fee of this suit under a procedure; what was paid and granted before stays."""
    relief = known.fee.relief if known.fee else Relief.NONE
    percent = known.fee.percent if known.fee else 0
    found = _fee(known, procedure, relief, percent)
    fresh = FeeFile(
        amount=_fen(found.amount),
        payable=_fen(found.payable),
        steps=found.steps,
        notified_at=now,
        percent=percent,
    )
    if known.fee is None:
        return fresh
    return replace(known.fee, amount=fresh.amount, payable=fresh.payable, steps=fresh.steps, notified_at=now)


def relieved(
    known: FilingDetails, relief: Relief, percent: int, *, reason: str, by: str, natural: bool
) -> FeeFile:
    """司法救助 (诉讼费用交纳办法 44–47). Refuses `filing.no_fee`, `filing.exempt_natural`, `fee.percent`."""
    if known.fee is None:
        raise CourtError("filing.no_fee")
    if relief is Relief.EXEMPT and not natural:
        raise CourtError("filing.exempt_natural")
    found = _fee(known, known.procedure, relief, percent)
    return replace(
        known.fee,
        payable=_fen(found.payable),
        steps=found.steps,
        relief=relief,
        relief_reason=reason,
        relieved_by=by,
        percent=percent,
    )


def _fee(known: FilingDetails, procedure: Procedure, relief: Relief, percent: int) -> Fee:
    bare = known.claim is None or known.fee_kind in {FeeKind.OTHER, FeeKind.LABOUR}
    amount = None if bare or known.claim is None else Decimal(known.claim) / 100
    return fee(known.fee_kind, amount=amount, procedure=procedure, relief=relief, percent=percent or 30)


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


def appealable(known: FilingDetails) -> bool:
    """小额诉讼 is final in the first instance (民事诉讼法 165), its dismissal of the suit too (解释 277)."""
    return known.procedure is not Procedure.SMALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The decision as served on one party: the day, and the last day of that party's window to appeal (None: none)."""

    served_on: date
    window_ends: date | None


def effect(delivered: Iterable[Delivered | None], today: date) -> date | None:
    """The day a decision nobody appealed takes effect: the day after the last window, or the last service where there
    is no appeal. None while somebody is not served or a window is open."""
    found = list(delivered)
    days = [one for one in found if one is not None]
    if not days or len(days) < len(found):
        return None
    took = max(
        one.window_ends + timedelta(days=1) if one.window_ends is not None else one.served_on for one in days
    )
    return took if took <= today else None


def performance_ends(decision: Decision, effective_on: date) -> date:
    """The last day to perform voluntarily, from which the two years count (民事诉讼法 250)."""
    if decision.performs_on is not None:
        return max(decision.performs_on, effective_on)
    return effective_on + timedelta(days=decision.performs_in or 0)


def noon(day: date) -> datetime:
    """A moment on that day of the court's calendar, for clocks that start from a day."""
    return datetime.combine(day, _NOON, COURT_ZONE)
