"""送达回证 (民诉法 87) and 电子送达凭证: one form for one recipient. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Count, Line, MaybeLine, MaybeWords, Moment
from documents.kit import Facts, Family, Pattern
from documents.text import local


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPaper:
    name: Line
    copies: Count


ServedPapers = Annotated[tuple[ServedPaper, ...], Meta(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReturn(Facts):
    """`signers`: recipient, then the server (and a witness where the recipient refuses).

    Without `served_at` it is the sheet that goes along: date and time are written in by hand (民诉法 87)."""

    matter_number: MaybeLine = ""
    cause: Line
    recipient: Line
    place: Line
    papers: ServedPapers
    method: Line  # 直接送达, 留置送达 …
    served_at: Moment | None = None
    receiver: MaybeLine = ""  # who took it, if another
    relation: MaybeLine = ""
    refusal: MaybeWords = ""
    witnesses: MaybeLine = ""  # who saw the refusal
    remarks: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="service_return", title="送达回证", family=Family.LITIGATION, table_size=10.5
    )

    def dated(self, now: datetime) -> date:
        """The day of service; of the drawing, while it is not served."""
        return self.made_on or local(self.served_at or now).date()

    def people(self) -> tuple[str, ...]:
        """The recipient."""
        return (self.recipient,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectronicService(Facts):
    """电子送达凭证 (人民法院在线诉讼规则 31): the whole trace of one service by electronic means."""

    matter_number: MaybeLine = ""
    cause: Line
    recipient: Line
    papers: ServedPapers
    channel: Line  # 中国审判流程信息公开网, 短信, 电子邮件 …
    address: Line  # number, mail address or account
    consent: Line  # how and when the recipient agreed
    sent_at: Moment
    arrived_at: Moment | None = None
    read_at: Moment | None = None
    served_at: Moment | None = None
    ground: Line  # why that moment is the moment of service
    remarks: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="electronic_service", title="电子送达凭证", family=Family.LITIGATION, table_size=10.5
    )

    def people(self) -> tuple[str, ...]:
        """The recipient."""
        return (self.recipient,)


PAPERS = (ServiceReturn, ElectronicService)
