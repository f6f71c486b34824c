"""What somebody declares on a form of the court: 在线诉讼同意书, 送达地址确认书, 证人保证书. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeWords, Words
from documents.data import MaybeOfficials, Official, Officials, PersonFacts
from documents.errors import PaperError
from documents.kit import Facts, Family, Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenStep:
    """One step of the proceedings and whether it may be held on line; consent to one implies no other."""

    name: Line  # 调解, 证据交换, 庭审, 送达 …
    agreed: bool
    remark: MaybeLine = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineConsent(Facts):
    """在线诉讼同意书: one party, step by step (人民法院在线诉讼规则 4)."""

    cause: Line
    case_number: MaybeLine = ""
    person: PersonFacts
    steps: Annotated[tuple[ChosenStep, ...], Meta(min_length=1, max_length=20)]
    device: MaybeLine = ""  # what the person takes part with
    read_aloud: bool = False
    told_by: MaybeOfficials = ()

    pattern: ClassVar[Pattern] = Pattern(
        kind="online_consent",
        title="在线诉讼同意书",
        family=Family.LITIGATION,
        sealed=False,
        signs=("person", "told_by"),
        labels={"person": "当事人"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressConfirmation(Facts):
    """送达地址确认书 (民诉法解释 136, 137)."""

    cause: Line
    case_number: MaybeLine = ""
    person: PersonFacts
    address: Line
    postcode: MaybeLine = ""
    phone: Line
    receiver: MaybeLine = ""  # 代收人
    receiver_phone: MaybeLine = ""
    electronic: bool
    mobile: MaybeLine = ""
    mail: MaybeLine = ""
    platform: MaybeLine = ""
    judgments_too: bool = False  # 判决书、裁定书、调解书 as well (民诉法 90)
    remarks: MaybeWords = ""
    told_by: MaybeOfficials = ()

    pattern: ClassVar[Pattern] = Pattern(
        kind="address_confirmation",
        title="送达地址确认书",
        family=Family.LITIGATION,
        sealed=False,
        signs=("person", "told_by"),
        labels={"person": "受送达人", "receiver": "代收人", "platform": "平台账号"},
        table_size=10.5,
    )

    def check(self) -> None:
        """Electronic service needs an address."""
        if self.electronic and not (self.mobile or self.mail or self.platform):
            raise PaperError(
                "paper.incomplete", "同意电子送达的，应当至少填写手机号、电子邮箱或者平台账号中的一项。"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessPledge(Facts):
    """证人保证书 (民诉法解释 110, 119, 120): told of the duty, then signed and read out. `pledge` is what is pledged."""

    cause: Line
    case_number: MaybeLine = ""
    witness: Official
    details: MaybeLine = ""  # 性别、出生日期、住址、证件号码
    called_by: MaybeLine = ""  # which party asked for this witness; empty: the court did
    pledge: Words
    told_by: Officials

    pattern: ClassVar[Pattern] = Pattern(
        kind="witness_pledge",
        title="证人保证书",
        family=Family.LITIGATION,
        sealed=False,
        signs=("witness", "told_by"),
    )


PAPERS = (OnlineConsent, AddressConfirmation, WitnessPledge)
