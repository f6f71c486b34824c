"""送达地址确认: where a person wants papers, what may come electronically, and how the court knows it. Not a service."""

import re
from dataclasses import dataclass
from datetime import datetime

from court.domain import identity
from court.domain.errors import FieldProblem, field_problem
from court.domain.matter import Side
from court.domain.outbox import Channel
from court.domain.service_case import Agreed
from court.domain.service_fact import OWN_ADDRESS, AddressBasis

# Enough to refuse a slip of the pen; whether it exists only a mail tells.
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
MOST_MAIL = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressInput:
    """What the confirmation says. `judgments`: 判决书, 裁定书, 调解书 may come electronically too (民诉法 90)."""

    basis: AddressBasis
    place: str = ""
    receiver: str = ""
    mobile: str = ""
    mail: str = ""
    electronic: bool = False
    judgments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where this person can be served now. `version` 0: nothing was confirmed, these are the registered ones."""

    party_id: str
    version: int
    place: str
    receiver: str
    mobile: str
    mail: str
    basis: AddressBasis
    agreed: Agreed
    judgments: bool
    at: datetime | None = None

    def electronic(self, channel: Channel) -> str:
        """The number or mail box of a channel; empty when there is none."""
        return self.mobile if channel is Channel.SMS else self.mail


def registered_basis(side: Side) -> AddressBasis:
    """Of an address from the registration: an applicant gave his own, what is known of others came from him."""
    return AddressBasis.PLEADING if side is Side.APPLICANT else AddressBasis.KNOWN


def faults(given: AddressInput) -> tuple[FieldProblem, ...]:
    """Everything wrong with a confirmation."""
    found = []
    if not given.place.strip():
        found.append(field_problem("place", "service.address"))
    if given.mobile and not identity.is_mobile(given.mobile):
        found.append(field_problem("mobile", "service.mobile"))
    if given.mail and (len(given.mail) > MOST_MAIL or not _MAIL.fullmatch(given.mail)):
        found.append(field_problem("mail", "service.mail"))
    if given.electronic and not (given.mobile or given.mail):
        found.append(field_problem("mobile", "service.electronic_address"))
    if given.electronic and given.basis not in OWN_ADDRESS:
        found.append(field_problem("basis", "service.basis_not_own"))
    if given.judgments and not given.electronic:
        found.append(field_problem("judgments", "service.judgments_alone"))
    return tuple(found)
