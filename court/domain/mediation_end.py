"""The eight ways a mediation ends (在线调解规则 25) and what each one brings about, as a table. It ends nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from court.domain.errors import CourtError
from court.domain.matter import MatterAction
from court.domain.mediation_track import MediationAction, MediationState


class EndReason(StrEnum):
    """In the order of the article."""

    AGREED = "agreed"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    UNWILLING = "unwilling"
    APART = "apart"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"
    OTHER = "other"


class Then(StrEnum):
    """What is offered next, in the order in which it is proposed."""

    CONFIRM = "confirm"
    PERFORM = "perform"
    SUE = "sue"
    AGAIN = "again"
    RESUME_TRIAL = "resume_trial"


THEN_WORDS: Mapping[Then, str] = {
    Then.CONFIRM: "双方可以共同申请司法确认，协议生效之日起三十日内提出，不收费。",
    Then.PERFORM: "请按协议履行；调解员会提醒和回访。",
    Then.SUE: "可以向人民法院起诉，已经交的材料不用再交。",
    Then.AGAIN: "双方愿意的，可以再次申请调解。",
    Then.RESUME_TRIAL: "立案后委托调解的，人民法院恢复审理。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """One way to end. `item` is the number of the article's list; `paper` a kind of documents; `message` at most 70
    characters with the number put before it; `needs_note`: the reasons are written down (在线调解规则 15, 21)."""

    item: int
    name: str
    action: MediationAction
    matter: MatterAction | None
    paper: str
    clock: str
    then: tuple[Then, ...]
    message: str
    needs_note: bool = True
    # The term must have run out, or the sides must not have signed: facts that are checked, not ticked.
    only_after_term: bool = False


_TRY = "可以起诉，已交的材料不用再交。"


def _failed(item: int, name: str, message: str, *, only_after_term: bool = False) -> Ending:
    """No agreement: the file goes to who may sue, nothing typed twice (在线调解规则 21)."""
    return Ending(
        item=item,
        name=name,
        action=MediationAction.END,
        matter=MatterAction.FAIL,
        paper="mediation_report",
        clock="",
        then=(Then.SUE, Then.RESUME_TRIAL, Then.AGAIN),
        message=f"{message}，调解终结。{_TRY}",
        only_after_term=only_after_term,
    )


ENDINGS: Mapping[EndReason, Ending] = {
    EndReason.AGREED: Ending(
        item=1,
        name="达成调解协议",
        action=MediationAction.AGREE,
        matter=MatterAction.SETTLE,
        paper="agreement",
        clock="MD-07",
        then=(Then.PERFORM, Then.CONFIRM),
        message="已达成调解协议。请按约定履行；双方可在三十日内共同申请司法确认。",
        needs_note=False,
    ),
    EndReason.WITHDRAWN: Ending(
        item=2,
        name="当事人自行和解，撤回调解申请",
        action=MediationAction.END,
        matter=MatterAction.WITHDRAW,
        paper="mediation_report",
        clock="",
        then=(Then.AGAIN,),
        message="双方自行和解，调解申请已撤回。以后有争议还可以再申请。",
    ),
    EndReason.UNREACHABLE: _failed(3, "在调解期限内无法联系到当事人", "期限内没有联系上当事人"),
    EndReason.UNWILLING: _failed(4, "当事人一方明确表示不愿意继续调解", "一方不愿继续调解"),
    EndReason.APART: _failed(5, "当事人分歧较大且难以达成调解协议", "双方分歧较大"),
    EndReason.EXPIRED: _failed(
        6, "调解期限届满，未达成协议，各方也没有同意延长", "调解期限已满", only_after_term=True
    ),
    EndReason.UNSIGNED: _failed(7, "当事人一方拒绝在调解协议上签章", "一方没有签字，协议没有生效"),
    EndReason.OTHER: _failed(8, "其他导致调解无法进行的情形", "调解无法继续"),
}
END_LAW = "人民法院在线调解规则第二十五条"


def endings(state: MediationState, *, refused_to_sign: bool, term_over: bool) -> tuple[EndReason, ...]:
    """The ways that may be chosen now, in the article's order; an agreement comes from its last signature, not from here."""
    closed = {EndReason.AGREED}
    if not refused_to_sign:
        closed.add(EndReason.UNSIGNED)
    if not term_over or state in {MediationState.CHOOSING, MediationState.OFFERED}:
        closed.add(EndReason.EXPIRED)
    return tuple(one for one in EndReason if one not in closed)


def require(reason: EndReason, state: MediationState, *, refused_to_sign: bool, term_over: bool) -> Ending:
    """Refuses `mediation.end_unsigned`, `mediation.end_too_early`, `mediation.end_by_agreement`."""
    if reason in endings(state, refused_to_sign=refused_to_sign, term_over=term_over):
        return ENDINGS[reason]
    if reason is EndReason.UNSIGNED:
        raise CourtError("mediation.end_unsigned")
    if reason is EndReason.EXPIRED:
        raise CourtError("mediation.end_too_early")
    raise CourtError("mediation.end_by_agreement")
