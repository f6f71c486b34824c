"""What the pages of service say of each way, and which fields each fact asks for. Words and names only."""

from __future__ import annotations

from collections.abc import Mapping

from court.domain.service import ServiceMethod
from court.domain.service_fact import FactKind

HINTS: Mapping[ServiceMethod, str] = {
    ServiceMethod.DIRECT: "当面交给本人或者依法可以代收的人，在送达回证上签名。首选的方式。",
    ServiceMethod.LEFT: "本人或者同住成年家属拒绝接收时，留在住所，请见证人到场或者拍照录像。调解文书不能用。",
    ServiceMethod.ELECTRONIC: "本人同意的，用短信、电子邮件发链接，核对身份后打开。可以同时用两种。",
    ServiceMethod.POST: "直接送达有困难的，以法院专递寄出，记下单号和回执。",
    ServiceMethod.ENTRUSTED: "直接送达有困难的，委托当地法院代为送达。",
    ServiceMethod.FORWARDED: "军人、被监禁的人等，通过所在单位转交。",
    ServiceMethod.ANNOUNCED: "下落不明，或者其他方式都送不到的，公告三十日。简易程序和调解文书不能用。",
}

# Field -> whether it must be filled; the time of the fact is always asked for.
Wanted = Mapping[str, bool]
FIELDS: Mapping[FactKind, Wanted] = {
    FactKind.SENT: {"words": False},
    FactKind.SUBMITTED: {},
    FactKind.DELIVERED: {},
    FactKind.ARRIVED: {},
    FactKind.BOUNCED: {"words": True},
    FactKind.OPENED: {},
    FactKind.REPLIED: {"words": True},
    FactKind.ACTED: {"words": True},
    FactKind.PROVED: {"words": True, "proof": False},
    FactKind.REBUTTED: {"words": True, "proof": False},
    FactKind.PAPER_ASKED: {"words": False},
    FactKind.SIGNED: {"receiver": False, "proof": False},
    FactKind.REFUSED: {"words": True},
    FactKind.REFUSED_AT_COURT: {"words": True},
    FactKind.REFUSED_FILMED: {"words": True, "proof": True},
    FactKind.LEFT_WITNESSED: {"words": True, "witness": True, "proof": False},
    FactKind.LEFT_FILMED: {"words": True, "proof": True},
    FactKind.ABSENT: {"words": False},
    FactKind.RETURNED: {"reason": True, "words": False},
    FactKind.PUBLISHED: {"words": True, "until": False, "proof": False},
}
