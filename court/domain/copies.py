"""Numbered copies (正本第1至n号) of a paper: which were printed, who got which number and how he signed for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_ELSEWHERE = 50


class SignedHow(StrEnum):
    """How the taker signed for his copy; empty in the store until he did."""

    RETURN = "return"
    PAD = "pad"
    POST = "post"
    THROUGH = "through"
    NOT_SIGNED = "not_signed"


HOW_NAMES: Mapping[SignedHow, str] = {
    SignedHow.RETURN: "在送达回证上签名",
    SignedHow.PAD: "在签名板上签名",
    SignedHow.POST: "在邮件回执上签名",
    SignedHow.THROUGH: "经受托（转交）单位签收",
    SignedHow.NOT_SIGNED: "没有签名（拒收、留置）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyGiven:
    """One numbered copy that left the file. `signed_at` None: on its way; `reason` why a further one was given."""

    paper_id: str
    number: int
    party_id: str
    party_name: str
    service_id: str | None
    given_at: datetime
    by: str
    receiver: str
    signed_at: datetime | None
    how: SignedHow | None
    reason: str

    @property
    def how_name(self) -> str:
        return HOW_NAMES[self.how] if self.how else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedElsewhere:
    """Copies that no printer of ours counted, entered by hand with a reason: numbers first … first + copies - 1."""

    paper_id: str
    first: int
    copies: int
    reason: str
    at: datetime
    by: str


def free(printed: int, given: Iterable[int]) -> tuple[int, ...]:
    """Numbers of printed copies that nobody has, lowest first."""
    taken = set(given)
    return tuple(number for number in range(1, printed + 1) if number not in taken)
