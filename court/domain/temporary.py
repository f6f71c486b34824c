"""What a person without a card may do and may not (临时身份), with the way out in words. Reads no card."""

from dataclasses import dataclass
from enum import StrEnum

from court.domain.errors import CourtError
from court.domain.hearing import IdentityMethod
from court.domain.matter import IdKind


class Act(StrEnum):
    """Steps at which it matters who somebody is."""

    REGISTER = "register"
    MEDIATE = "mediate"
    RECEPTION = "reception"
    TRIAL = "trial"
    SIGN_ON_PAD = "sign_on_pad"
    SIGN_BY_HAND = "sign_by_hand"
    FILE = "file"
    CONFIRM = "confirm"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """`mend`: what the person can do where it is refused; empty where it is allowed."""

    name: str
    allowed: bool
    mend: str = ""


_CARD = "请出示身份证，或者由工作人员当面辨认、视频比对证件后再办"
TABLE: dict[Act, Leave] = {
    Act.REGISTER: Leave(name="登记、交材料", allowed=True),
    Act.MEDIATE: Leave(name="参加调解", allowed=True),
    Act.RECEPTION: Leave(name="参加接访", allowed=True),
    # 民事诉讼法 140: the court checks who appears; a certificate of the village alone does not tell.
    Act.TRIAL: Leave(name="参加庭审", allowed=False, mend=_CARD),
    # 电子签名法 13: only a signature whose signer is known is reliable.
    Act.SIGN_ON_PAD: Leave(
        name="在签名板上签名", allowed=False, mend="请打印出来当面手写签名、按手印，或者补验身份证后再签"
    ),
    Act.SIGN_BY_HAND: Leave(name="在纸上签名、按手印", allowed=True),
    # 民事诉讼法 124: a complaint names who sues; 解释 354: identity papers come with the application.
    Act.FILE: Leave(name="立案", allowed=False, mend=_CARD),
    Act.CONFIRM: Leave(name="申请司法确认", allowed=False, mend=_CARD),
    Act.ENFORCE: Leave(name="申请执行", allowed=False, mend=_CARD),
}


def only_temporary(kind: IdKind, method: IdentityMethod | None) -> bool:
    """Without a card so far, and not otherwise recognised today either. `method`: of this session's check."""
    return kind is IdKind.TEMPORARY and method in {None, IdentityMethod.TEMPORARY}


def require(act: Act, *, name: str, kind: IdKind, method: IdentityMethod | None = None) -> None:
    """Refuses `identity.temporary` with what to do instead."""
    leave = TABLE[act]
    if not leave.allowed and only_temporary(kind, method):
        raise CourtError("identity.temporary", name=name, act=leave.name, mend=leave.mend)
