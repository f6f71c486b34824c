"""The mediation track (调解办理): its steps and terms, why it is sent back or pauses. Who said what is elsewhere."""

from collections.abc import Mapping
from enum import StrEnum

from court.domain.lifecycle import Lifecycle, Role, Step


class MediationState(StrEnum):
    CHOOSING = "choosing"
    OFFERED = "offered"
    ASKING = "asking"
    TALKING = "talking"
    PAUSED = "paused"
    AGREED = "agreed"
    DONE = "done"
    ENDED = "ended"
    RETURNED = "returned"


class MediationAction(StrEnum):
    CHOOSE = "choose"
    APPOINT = "appoint"
    RETURN = "return"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    DISCLOSE = "disclose"
    ANSWER = "answer"
    BEGIN = "begin"
    REPLACE = "replace"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    AGREE = "agree"
    END = "end"
    REOPEN = "reopen"
    FINISH = "finish"


_S, _A = MediationState, MediationAction
_DESK = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE})
_NOTED = _DESK | {Role.OFFICER, Role.MEDIATOR}
_PRESIDES = frozenset({Role.MEDIATOR, Role.JUDGE})
_ENDS = _PRESIDES | {Role.CLERK}

MEDIATION: Lifecycle[MediationState, MediationAction] = Lifecycle(
    "mediation",
    _S.CHOOSING,
    {
        (_S.CHOOSING, _A.CHOOSE): Step(_S.OFFERED, _NOTED),
        (_S.CHOOSING, _A.APPOINT): Step(_S.OFFERED, _DESK),
        # 在线调解规则 9: the court sends the application back, before anybody mediates.
        (_S.CHOOSING, _A.RETURN): Step(_S.RETURNED, _DESK),
        (_S.CHOOSING, _A.ANSWER): Step(_S.CHOOSING, _NOTED),
        (_S.CHOOSING, _A.END): Step(_S.ENDED, _ENDS),
        (_S.OFFERED, _A.DISCLOSE): Step(_S.OFFERED, _PRESIDES),
        (_S.OFFERED, _A.ANSWER): Step(_S.OFFERED, _NOTED),
        (_S.OFFERED, _A.ACCEPT): Step(_S.ASKING, _PRESIDES),
        (_S.OFFERED, _A.DECLINE): Step(_S.CHOOSING, _PRESIDES),
        # 在线调解规则 12: not confirmed in time, another one may be named.
        (_S.OFFERED, _A.LAPSE): Step(_S.CHOOSING, _DESK),
        (_S.OFFERED, _A.REPLACE): Step(_S.CHOOSING, _DESK),
        (_S.OFFERED, _A.END): Step(_S.ENDED, _ENDS),
        (_S.ASKING, _A.DISCLOSE): Step(_S.ASKING, _PRESIDES),
        (_S.ASKING, _A.ANSWER): Step(_S.ASKING, _NOTED),
        (_S.ASKING, _A.REPLACE): Step(_S.CHOOSING, _DESK),
        (_S.ASKING, _A.EXTEND): Step(_S.ASKING, _PRESIDES),
        (_S.ASKING, _A.BEGIN): Step(_S.TALKING, _PRESIDES),
        # Both sides' signatures prove their will more than any answer.
        (_S.ASKING, _A.AGREE): Step(_S.AGREED, _ENDS),
        (_S.ASKING, _A.END): Step(_S.ENDED, _ENDS),
        (_S.TALKING, _A.DISCLOSE): Step(_S.TALKING, _PRESIDES),
        (_S.TALKING, _A.ANSWER): Step(_S.TALKING, _NOTED),
        (_S.TALKING, _A.REPLACE): Step(_S.CHOOSING, _DESK),
        (_S.TALKING, _A.EXTEND): Step(_S.TALKING, _PRESIDES),
        # 鉴定评估 (在线调解规则 26) or suspicion of a fake mediation (特邀调解规定 18).
        (_S.TALKING, _A.PAUSE): Step(_S.PAUSED, _PRESIDES),
        (_S.TALKING, _A.AGREE): Step(_S.AGREED, _ENDS),
        (_S.TALKING, _A.END): Step(_S.ENDED, _ENDS),
        (_S.PAUSED, _A.ANSWER): Step(_S.PAUSED, _NOTED),
        (_S.PAUSED, _A.RESUME): Step(_S.TALKING, _PRESIDES),
        (_S.PAUSED, _A.END): Step(_S.ENDED, _ENDS),
        # The agreement was withdrawn after the seal.
        (_S.AGREED, _A.REOPEN): Step(_S.TALKING, _PRESIDES),
        (_S.AGREED, _A.ANSWER): Step(_S.AGREED, _NOTED),
        (_S.AGREED, _A.FINISH): Step(_S.DONE, _ENDS),
    },
    {
        _S.CHOOSING: "待确定调解员",
        _S.OFFERED: "待调解员确认",
        _S.ASKING: "征询意愿",
        _S.TALKING: "调解中",
        _S.PAUSED: "暂停调解",
        _S.AGREED: "已达成协议，跟踪履行",
        _S.DONE: "已办结",
        _S.ENDED: "调解终结",
        _S.RETURNED: "已退回",
    },
)
# Nothing more happens on the track.
OVER = frozenset({_S.DONE, _S.ENDED, _S.RETURNED})
# The term for mediating runs (在线调解规则 24).
RUNNING = frozenset({_S.ASKING, _S.TALKING, _S.PAUSED})


class Origin(StrEnum):
    """Where the dispute was when it was handed to mediation; it decides the term."""

    APPLIED = "applied"
    BEFORE_FILING = "before_filing"
    ORDINARY = "ordinary"
    SUMMARY = "summary"


ORIGIN_NAMES: Mapping[Origin, str] = {
    Origin.APPLIED: "当事人直接申请调解",
    Origin.BEFORE_FILING: "立案前委派调解",
    Origin.ORDINARY: "立案后委托调解（普通程序）",
    Origin.SUMMARY: "立案后委托调解（简易程序）",
}
# Rule and term of court/data/deadlines.toml (在线调解规则 24, 特邀调解规定 27).
TERM_OF: Mapping[Origin, tuple[str, str]] = {
    Origin.APPLIED: ("MD-05", ""),
    Origin.BEFORE_FILING: ("MD-05", ""),
    Origin.ORDINARY: ("MD-06", "普通程序"),
    Origin.SUMMARY: ("MD-06", "简易程序"),
}


class ReturnReason(StrEnum):
    """在线调解规则 9."""

    NOT_OURS = "not_ours"
    NO_JURISDICTION = "no_jurisdiction"
    UNSUITED = "unsuited"


RETURN_WORDS: Mapping[ReturnReason, tuple[str, str]] = {
    ReturnReason.NOT_OURS: ("不属于人民法院受案范围", "告知可以采用的其他纠纷解决方式。"),
    ReturnReason.NO_JURISDICTION: (
        "邀请调解组织的人民法院对该纠纷没有管辖权",
        "告知选择有管辖权的人民法院邀请的调解组织或者调解员。",
    ),
    ReturnReason.UNSUITED: ("不适宜在线调解", "告知到诉讼服务大厅或者便民法庭车现场办理调解或者立案。"),
}


class PauseReason(StrEnum):
    APPRAISAL = "appraisal"
    FAKE = "fake"


PAUSE_NAMES: Mapping[PauseReason, str] = {
    PauseReason.APPRAISAL: "鉴定评估（期间不计入调解期限）",
    PauseReason.FAKE: "可能是虚假调解，中止并报告（期限照常计算）",
}
# Only an appraisal stops the term (在线调解规则 26).
STOPS_TERM = frozenset({PauseReason.APPRAISAL})
