"""How a mediation, its performance and a confirmation stand, in sentences for a party; nobody else is named but staff."""

from datetime import datetime

from court.domain.amount import of_fen
from court.domain.calendar import working_calendar
from court.domain.confirmation import ConfirmationState, last_day
from court.domain.mediation import AgreementState
from court.domain.mediation_end import ENDINGS, EndReason
from court.domain.mediation_track import MediationState
from court.domain.numbers import day_of
from court.domain.performance import SETTLED
from court.domain.track import TrackKind
from court.services import confirmation, duties, tracks
from court.services.mediation_track import known_of, state_of, term
from court.store.database import Read
from court.store.load import papers

_M, _C = MediationState, ConfirmationState
_MEDIATION = {
    _M.CHOOSING: "正在选调解员。您可以和对方商量选一位；两个工作日选不出的，由法院指定。",
    _M.OFFERED: "调解员是{name}，三个工作日内确认是否接受。",
    _M.ASKING: "调解员{name}会问您和对方愿不愿意调解，请接听电话。不愿意的，不会勉强。",
    _M.TALKING: "{name}正在为你们调解{until}。",
    _M.PAUSED: "调解暂停了，恢复时会通知您。",
    _M.RETURNED: "调解申请已退回，可以到车上问下一步怎么办。",
}
_CONFIRMATION = {
    _C.PREPARING: "正在准备申请司法确认，要双方都同意。",
    _C.APPLIED: "已申请司法确认，三日内决定是否受理。",
    _C.REVIEWING: "法院正在审查调解协议，会通知双方一起到场。",
    _C.SUPPLEMENTING: "司法确认要补充材料，请到车上或者打电话问。",
    _C.GRANTED: "法院已确认调解协议有效；对方不履行的，您可以申请强制执行。",
    _C.REJECTED: "法院驳回了司法确认申请，可以变更协议或者起诉。",
    _C.NOT_ACCEPTED: "法院没有受理司法确认申请，可以变更协议或者起诉。",
    _C.WITHDRAWN: "司法确认申请已撤回。",
}
MOST = 6


def sentences(rx: Read, *, matter_id: str, now: datetime) -> tuple[str, ...]:
    """The newest state of each, then what is to be done next; empty where there was no mediation."""
    known = tracks.of_matter(rx, matter_id=matter_id)
    mediations = [one for one in known if one.kind is TrackKind.MEDIATION]
    found = []
    if mediations:
        track = mediations[-1]
        offer, state = known_of(track).offer, state_of(track)
        clock = term(rx, track.id)
        until = f"，最迟到{clock.due_on.month}月{clock.due_on.day}日" if clock else ""
        if state in _MEDIATION:
            found.append(_MEDIATION[state].format(name=offer.name if offer else "", until=until))
        elif track.outcome in set(EndReason):
            found.append(ENDINGS[EndReason(track.outcome)].message)
    applied = confirmation.latest(rx, matter_id=matter_id)
    if applied is not None:
        found.append(_CONFIRMATION[_C(applied.state)])
    return tuple(found + _to_do(rx, matter_id, now, asked=applied is not None))[:MOST]


def _to_do(rx: Read, matter_id: str, now: datetime, *, asked: bool) -> list[str]:
    living = papers.living_agreement_id(rx.conn, matter_id)
    agreement = papers.agreement(rx.conn, living) if living else None
    if agreement is None or agreement.state is not AgreementState.SEALED or agreement.effective_at is None:
        return []
    found = []
    open_ = [one for one in duties.of_matter(rx, matter_id=matter_id) if one.state not in SETTLED and one.due]
    for one in sorted(open_, key=lambda duty: duty.due or day_of(now))[:2]:
        assert one.due is not None
        what = f"{of_fen(one.open_fen)}" if one.open_fen is not None else one.what[:30]
        word = "已经过了约定的日期" if one.overdue(day_of(now)) else "约定的日期"
        found.append(
            f"协议第{one.clause}条（{what}）：{word}{one.due.year}年{one.due.month}月{one.due.day}日。"
        )
    due = last_day(day_of(agreement.effective_at), working_calendar()).at
    if not asked and day_of(now) <= (due.date() if isinstance(due, datetime) else due):
        found.append(f"双方愿意的，可以在{due.year}年{due.month}月{due.day}日前共同申请司法确认，不收费。")
    return found
