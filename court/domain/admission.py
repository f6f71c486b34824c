"""Whether a person of a session is in the courtroom, before its door, or sent out for good; not the link."""

from enum import StrEnum

from court.domain.lifecycle import BENCH, Lifecycle, Role, Step


class Admission(StrEnum):
    """`waiting` is 候庭 (sees and hears nothing of the session), `excused` left with leave, `removed` is barred."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    EXCUSED = "excused"
    REMOVED = "removed"


class AdmissionAction(StrEnum):
    """`admit` is 准许进入 and 传证人, `dismiss` 请回候庭, `excuse` 准许离席 and 证人退席, `remove` 移出."""

    ADMIT = "admit"
    DISMISS = "dismiss"
    EXCUSE = "excuse"
    REMOVE = "remove"
    REINSTATE = "reinstate"


_S, _A = Admission, AdmissionAction
_DOOR = BENCH | {Role.CLERK}

ADMISSION: Lifecycle[Admission, AdmissionAction] = Lifecycle(
    "admission",
    _S.WAITING,
    {
        (_S.WAITING, _A.ADMIT): Step(_S.ADMITTED, _DOOR),
        (_S.EXCUSED, _A.ADMIT): Step(_S.ADMITTED, _DOOR),
        (_S.ADMITTED, _A.DISMISS): Step(_S.WAITING, BENCH),
        (_S.ADMITTED, _A.EXCUSE): Step(_S.EXCUSED, BENCH),
        (_S.WAITING, _A.REMOVE): Step(_S.REMOVED, BENCH),
        (_S.ADMITTED, _A.REMOVE): Step(_S.REMOVED, BENCH),
        (_S.EXCUSED, _A.REMOVE): Step(_S.REMOVED, BENCH),
        (_S.REMOVED, _A.REINSTATE): Step(_S.WAITING, BENCH),
    },
    {
        _S.WAITING: "候庭",
        _S.ADMITTED: "在庭",
        _S.EXCUSED: "已离席",
        _S.REMOVED: "已移出",
    },
)
