"""The inner states in four words a villager knows, and the next step as a sentence."""

from collections.abc import Mapping
from enum import StrEnum

from court.domain.matter import MatterState
from court.domain.petition import PetitionState


class CitizenState(StrEnum):
    RECEIVED = "已收到"
    IN_PROGRESS = "办理中"
    DONE = "已办结"
    NEEDS_YOU = "需要您补充"


_C = CitizenState
MATTER_WORDS: Mapping[MatterState, tuple[CitizenState, str]] = {
    MatterState.REGISTERED: (_C.RECEIVED, "已登记，正在安排调解员或者法官。"),
    MatterState.ASSIGNED: (_C.IN_PROGRESS, "已有人负责，会通知您调解或者开庭的时间。"),
    MatterState.NEEDS_MORE: (_C.NEEDS_YOU, "请补充材料，可以到车上办理，也可以打电话问。"),
    MatterState.IN_PROGRESS: (_C.IN_PROGRESS, "正在办理，请留意通知。"),
    MatterState.SETTLED: (_C.DONE, "已达成协议并盖章，请按约定履行。"),
    MatterState.DECIDED: (
        _C.IN_PROGRESS,
        "法院已有结果，请看送达给您的文书；文书写明可以上诉的，要在写明的期限内提出。",
    ),
    MatterState.FAILED: (_C.IN_PROGRESS, "调解没有成功，可以起诉，也可以请求再次调解。"),
    MatterState.WITHDRAWN: (_C.DONE, "您已撤回，以后还可以再次登记。"),
    MatterState.CLOSED: (_C.DONE, "已办结。"),
}
PETITION_WORDS: Mapping[PetitionState, tuple[CitizenState, str]] = {
    PetitionState.REGISTERED: (_C.RECEIVED, "已登记，15日内告知您是否受理。"),
    PetitionState.NEEDS_MORE: (_C.NEEDS_YOU, "请补充情况，可以到车上办理，也可以打电话问。"),
    PetitionState.ACCEPTED: (_C.IN_PROGRESS, "已受理，正在办理。"),
    PetitionState.DECLINED: (_C.DONE, "不予受理，理由和其他办法已写在告知书上。"),
    PetitionState.RECEPTION_SCHEDULED: (_C.IN_PROGRESS, "已约好接访，请按时到场。"),
    PetitionState.RECEIVED: (_C.IN_PROGRESS, "已接访，正在研究答复。"),
    PetitionState.REPLIED: (_C.DONE, "已答复；不服的，可以在30日内请求复查。"),
    PetitionState.WITHDRAWN: (_C.DONE, "您已撤回，以后还可以再次反映。"),
    PetitionState.CLOSED: (_C.DONE, "已办结。"),
}
