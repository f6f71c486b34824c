"""The acts of a lawsuit that this member of staff may do now, as forms. What they mean is in services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from court.domain import filing_rules as rules
from court.domain.fees import FeeKind, Procedure, Relief
from court.domain.filing import (
    ACTION_NAMES,
    DECISION_NAMES,
    GROUND_NAMES,
    Decision,
    DecisionKind,
    FilingAction,
    FilingDetails,
    FilingState,
    RefusalGround,
)
from court.domain.hearing import HearingKind, HearingState
from court.domain.matter import Side
from court.domain.mediation import AgreementState
from court.domain.procedure import PROCEDURE_NAMES, Suggested
from court.domain.track import Track
from court.services import filing, filing_effect, filing_fee, filing_trial
from court.store.views import MatterPage
from court.web import pages
from court.web.track_acts import Act, Ask, Widget, choices

_A = FilingAction
FEE_NAMES = {
    FeeKind.PROPERTY: "财产案件",
    FeeKind.DIVORCE: "离婚案件",
    FeeKind.PERSONALITY: "侵害人格权案件",
    FeeKind.LABOUR: "劳动争议案件",
    FeeKind.OTHER: "其他非财产案件",
}
RELIEF_NAMES = {Relief.DEFERRED: "缓交", Relief.REDUCED: "减交", Relief.EXEMPT: "免交"}
_PROCEDURES = {one: PROCEDURE_NAMES[one] for one in rules.CHOICES}


def acts(
    track: Track, known: FilingDetails, page: MatterPage, suggested: Suggested, court_code: str, now: datetime
) -> dict[FilingAction, Act]:
    """Every act of the table with what it asks, whether or not it may be done now."""
    today = f"{pages.local(now):%Y-%m-%d}"
    moment = f"{pages.local(now):%Y-%m-%dT%H:%M}"
    made = [
        *_intake(page, suggested, court_code, moment),
        *_money(known),
        *_course(known, page, today, moment),
        *_ending(page, today, moment),
    ]
    return {FilingAction(one.verb): one for one in made}


def _act(action: FilingAction, do: Any, *asks: Ask, **more: Any) -> Act:
    return Act(verb=action.value, title=ACTION_NAMES[action], do=do, asks=asks, **more)


def _choice(name: str, label: str, names: Mapping[Any, str], to: Any, **more: Any) -> Ask:
    return Ask(name=name, label=label, widget=Widget.CHOICE, options=choices(names), to=to, **more)


def _people(page: MatterPage, *sides: Side) -> Mapping[str, str]:
    return {one.id: one.name for one in page.parties if one.side in sides}


def _intake(page: MatterPage, suggested: Suggested, court_code: str, moment: str) -> Iterable[Act]:
    why = "；".join(one.text.rstrip("。") for one in suggested.reasons)
    fee = FeeKind.DIVORCE if page.matter.cause_code.startswith("14") else FeeKind.PROPERTY
    yield _act(
        _A.ACCEPT,
        filing.accept,
        _choice("fee_kind", "收费类别", FEE_NAMES, FeeKind, value=fee.value),
        Ask(
            name="claim",
            label="诉讼标的额",
            widget=Widget.MONEY,
            required=False,
            hint="没有金额的诉讼请求不填；诉讼费和小额标准都按它计算。",
        ),
        _choice("procedure", "审理程序", _PROCEDURES, Procedure, value=suggested.procedure.value),
        Ask(
            name="reason",
            label="适用这种程序的理由",
            value=why[:400],
            hint="系统按标的额和案由建议，由立案人员决定。",
        ),
        lead="立案后编立案号，开始计算审理期限；起诉状副本应当在五日内送达被告。",
        kind="primary",
        facts={"court_code": court_code},
    )
    yield _act(
        _A.ASK_CORRECTION,
        filing.ask_correction,
        Ask(
            name="what",
            label="需要补正的全部内容",
            most=2000,
            hint="只能告知一次，请一次写全，并写明补正的期限。",
        ),
    )
    yield _act(
        _A.SUPPLY,
        filing.supply,
        Ask(
            name="at",
            label="收到补正材料",
            widget=Widget.MOMENT,
            value=moment,
            hint="七日的立案期限自次日重新计算。",
        ),
        Ask(name="note", label="补正了什么", most=2000),
        kind="primary",
    )
    yield _act(
        _A.REFUSE,
        filing.refuse,
        _choice("ground", "理由", GROUND_NAMES, RefusalGround),
        Ask(name="words", label="具体情况", most=2000),
        lead="另到“制作文书”制作裁定书并送达；原告收到裁定书后有十日上诉期。",
        kind="danger",
        confirm="不予受理后本案不能恢复。确定吗？",
    )


def _money(known: FilingDetails) -> Iterable[Act]:
    owed = known.fee.payable - known.fee.paid if known.fee else 0
    yield _act(
        _A.NOTIFY_FEE,
        filing_fee.notify,
        lead="系统按标的额和审理程序算出应交数额，原告应当自次日起七日内交纳；逾期不交、又没有申请缓减免的，可以按撤诉处理。",
        kind="primary",
    )
    yield _act(
        _A.PAY_FEE,
        filing_fee.pay,
        Ask(
            name="paid", label="收到金额", widget=Widget.MONEY, value=f"{owed / 100:.2f}".removesuffix(".00")
        ),
        Ask(name="receipt", label="财政票据号", widget=Widget.LINE, most=80),
        Ask(
            name="on_the_spot",
            label="巡回审判当场收取",
            widget=Widget.FLAG,
            hint="当场收取的必须出具省级财政部门统一票据（诉讼费用交纳办法第五十二条）。",
        ),
        kind="primary",
    )
    yield _act(
        _A.RELIEVE_FEE,
        filing_fee.relieve,
        _choice("relief", "决定", RELIEF_NAMES, Relief),
        Ask(
            name="percent",
            label="减交比例（%）",
            widget=Widget.NUMBER,
            required=False,
            most=100,
            hint="只有减交时填写，不低于30。",
        ),
        Ask(
            name="reason",
            label="理由",
            hint="例如追索赡养费、享受最低生活保障、因自然灾害等不可抗力导致困难。",
        ),
    )


def _course(known: FilingDetails, page: MatterPage, today: str, moment: str) -> Iterable[Act]:
    others = {one: name for one, name in _PROCEDURES.items() if one is not known.procedure}
    yield _act(
        _A.CHANGE_PROCEDURE,
        filing_trial.change_procedure,
        _choice("procedure", "转为", others, Procedure),
        Ask(name="reason", label="理由", most=2000),
        Ask(
            name="agreed",
            label="双方当事人同意",
            widget=Widget.FLAG,
            hint="只有开庭以前改用更简便的程序时需要。",
        ),
        lead="审理期限自立案之日起按新程序计算；转为普通程序的，诉讼费差额七日内补交。",
    )
    yield _act(
        _A.ANSWER,
        filing_trial.answer,
        _choice("party_id", "谁的答辩", _people(page, Side.RESPONDENT), str),
        Ask(name="at", label="收到答辩", widget=Widget.MOMENT, value=moment),
        Ask(name="note", label="说明", required=False, hint="口头答辩的，写明记入哪一份笔录。", most=2000),
    )
    booked = {
        one.id: f"{pages.local(one.starts_at):%Y-%m-%d %H:%M} {one.state_name}"
        for one in page.hearings
        if one.kind is HearingKind.TRIAL and one.state is not HearingState.CANCELLED
    }
    yield _act(
        _A.ADJOURN,
        filing_trial.adjourn,
        _choice("hearing_id", "哪一次庭审", booked, str),
        Ask(name="to", label="改到", widget=Widget.MOMENT),
        _choice("ground", "法定情形", rules.GROUND_NAMES, rules.Ground),
        Ask(name="words", label="具体情况"),
        Ask(name="agreed", label="当事人都同意两次开庭间隔超过一个月", widget=Widget.FLAG),
        lead="小额、简易程序最多延期一次，普通程序最多两次；两次开庭间隔不超过一个月。改期后请通知全部当事人。",
    )
    yield _act(
        _A.STAY,
        filing_trial.stay,
        Ask(name="since", label="从哪一天起中止", widget=Widget.DAY, value=today),
        _choice("ground", "法定情形", rules.STAY_NAMES, rules.StayGround),
        Ask(name="words", label="具体情况"),
        lead="另制作裁定书。中止期间不计入审理期限。",
    )
    yield _act(
        _A.RESUME,
        filing_trial.resume,
        Ask(name="on", label="从哪一天起恢复", widget=Widget.DAY, value=today),
        kind="primary",
    )


def _decision(told: dict[str, Any]) -> dict[str, Any]:
    name = told.pop("by")
    return {
        "decision": Decision(
            kind=told["kind"],
            paper_id=told["paper_id"],
            announced_at=told["announced_at"],
            in_court=told["in_court"],
            by=name,
            performs_on=told["performs_on"],
            performs_in=told["performs_in"] or None,
        )
    }


def _ending(page: MatterPage, today: str, moment: str) -> Iterable[Act]:
    decided = {
        one.id: f"{one.title} {one.number}"
        for one in page.papers
        if one.kind in filing_trial.DECISIONS and one.id not in page.withdrawn
    }
    sealed = {
        one.id: one.number or "调解协议" for one in page.agreements if one.state is AgreementState.SEALED
    }
    judge = page.judge.name if page.judge else ""
    yield _act(
        _A.DECIDE,
        filing_trial.decide,
        _choice("kind", "裁判种类", DECISION_NAMES, DecisionKind),
        _choice("paper_id", "已盖章的文书", decided, str),
        Ask(name="announced_at", label="宣判", widget=Widget.MOMENT, value=moment),
        Ask(name="in_court", label="当庭宣判", widget=Widget.FLAG, hint="当庭宣判的，十日内发送判决书。"),
        Ask(name="by", label="审判员", widget=Widget.LINE, value=judge, most=60),
        Ask(
            name="performs_in",
            label="生效后几日内履行",
            widget=Widget.NUMBER,
            required=False,
            most=3650,
            hint="主文写明“本判决生效之日起几日内”的填天数；写明具体日期的填下一项。",
        ),
        Ask(name="performs_on", label="履行期限的最后一天", widget=Widget.DAY, required=False),
        lead="先在“制作文书”制作判决书或者裁定书并盖章，再在这里登记宣判。送达从“送达”页办理，上诉期按每个人的送达日分别计算。",
        kind="primary",
        shape=_decision,
    )
    yield _act(
        _A.SETTLE,
        filing_effect.settle,
        _choice("agreement_id", "已经生效的协议", sealed, str),
        lead="调解协议在本系统签名、盖章生效以后，在这里结案；诉讼费减半。",
    )
    yield _act(
        _A.WITHDRAW,
        filing_trial.withdraw,
        Ask(name="reason", label="原告撤诉的理由和审查意见", most=2000),
        kind="danger",
        confirm="撤诉后本案结束。确定吗？",
    )
    yield _act(
        _A.DEEM_WITHDRAWN,
        filing_trial.deem_withdrawn,
        _choice("why", "情形", rules.DEEMED_NAMES, rules.Deemed),
        Ask(name="words", label="具体情况和凭证", most=2000),
        lead="网络中断、设备故障不算拒不到庭。由审判员决定，系统不会自动按撤诉处理。",
        kind="danger",
        confirm="按撤诉处理后本案结束。确定吗？",
    )
    everybody = _people(page, Side.APPLICANT, Side.RESPONDENT, Side.THIRD)
    yield _act(
        _A.APPEAL,
        filing_effect.appeal,
        _choice("party_id", "谁上诉", everybody, str),
        Ask(name="at", label="收到上诉状", widget=Widget.MOMENT, value=moment),
        Ask(name="note", label="说明", required=False, most=2000),
    )
    yield _act(
        _A.TAKE_EFFECT,
        filing_effect.take_effect,
        Ask(
            name="on",
            label="二审裁判生效的日期",
            widget=Widget.DAY,
            required=False,
            hint="没有人上诉的不填，系统按送达日和上诉期算出生效日。",
        ),
        kind="primary",
    )


def offered(
    track: Track, known: FilingDetails, found: Mapping[FilingAction, Act], may: Iterable[FilingAction]
) -> list[Act]:
    """Those of the acts that make sense now, in the order of work."""
    state = FilingState(track.state)
    shown = []
    for action in may:
        if action not in found:
            continue
        if action is FilingAction.ASK_CORRECTION and known.corrections:
            continue
        if action is FilingAction.NOTIFY_FEE and known.fee is not None:
            continue
        if action in {FilingAction.PAY_FEE, FilingAction.RELIEVE_FEE} and (
            known.fee is None or known.fee.paid >= known.fee.payable
        ):
            continue
        if action is FilingAction.ADJOURN and not found[action].asks[0].options:
            continue
        if action is FilingAction.SETTLE and not found[action].asks[0].options:
            continue
        if (
            action is FilingAction.DECIDE
            and not found[action].asks[1].options
            and state is not FilingState.TRIAL
        ):
            continue
        shown.append(found[action])
    return shown
