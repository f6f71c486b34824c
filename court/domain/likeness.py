"""Whether two entries may be one person, and two disputes one matter: the degree and its reasons. A human decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

# A matter this long ago is another one; 民事诉讼法 127(7) bars a divorce for half a year.
_NEAR_DAYS = 2 * 366
_DIVORCE, _DIVORCE_DAYS = "14", 183
_LEAST_PLACE = 4


class Degree(IntEnum):
    """How much speaks for it."""

    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3


DEGREE_NAMES = {Degree.POSSIBLE: "可能", Degree.LIKELY: "很可能", Degree.CERTAIN: "相同"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is compared of a party; numbers and phones as normalised, "" unknown. Never leaves the server unmasked."""

    id: str
    name: str
    id_number: str = ""
    phone: str = ""
    address: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What is compared of a matter."""

    id: str
    number: str
    cause_code: str
    cause_name: str
    registered_on: date
    ended: bool
    applicants: tuple[Person, ...]
    respondents: tuple[Person, ...]
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`reasons` are whole sentences without any number of a person."""

    degree: Degree
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        return DEGREE_NAMES[self.degree]


def same_person(one: Person, other: Person) -> Likeness | None:
    """None where nothing speaks for it, or two different numbers speak against it."""
    if one.id_number and other.id_number:
        if one.id_number != other.id_number:
            return None
        said = (
            "证件号码相同。"
            if one.name == other.name
            else f"证件号码相同，姓名不同（{other.name}），请核对哪个写错了。"
        )
        return Likeness(degree=Degree.CERTAIN, reasons=(said,))
    reasons = []
    if one.phone and one.phone == other.phone:
        reasons.append("电话相同")
    if one.birth_date is not None and one.birth_date == other.birth_date:
        reasons.append("出生日期相同")
    if _same_place(one.address, other.address):
        reasons.append("住址相同")
    if not one.name or one.name != other.name:
        return None
    if not reasons:
        return Likeness(degree=Degree.POSSIBLE, reasons=(f"姓名相同（{one.name}），没有别的可以比对。",))
    return Likeness(degree=Degree.LIKELY, reasons=(f"姓名、{'、'.join(reasons).replace('相同', '')}相同。",))


def same_matter(new: Dispute, old: Dispute) -> Likeness | None:
    """The same people about the same thing; also with the sides exchanged. None where one of the two is missing."""
    straight = _sides(new.applicants, old.applicants), _sides(new.respondents, old.respondents)
    crossed = _sides(new.applicants, old.respondents), _sides(new.respondents, old.applicants)
    turned = not all(straight) and all(crossed)
    mine, theirs = crossed if turned else straight
    if theirs is None or (mine is None and new.cause_code != old.cause_code):
        return None
    days = abs((new.registered_on - old.registered_on).days)
    if days > _NEAR_DAYS:
        return None
    cause = new.cause_code == old.cause_code
    reasons = []
    if mine is not None:
        reasons.append(f"申请人{'是前案的被申请人' if turned else '相同'}：{mine.reasons[0]}")
    reasons.append(f"被申请人{'是前案的申请人' if turned else '相同'}：{theirs.reasons[0]}")
    reasons.append(f"案由相同：{new.cause_name}。" if cause else f"案由不同：前案是{old.cause_name}。")
    reasons.append(f"相隔{days}天，前案{'已经办结' if old.ended else '还在办理'}。")
    if _same_place(new.place, old.place):
        reasons.append("发生地点相同。")
    if new.cause_code == old.cause_code == _DIVORCE and old.ended and days <= _DIVORCE_DAYS:
        reasons.append(
            "判决不准离婚、调解和好的离婚案件，六个月内没有新情况、新理由的，不予受理（民事诉讼法第一百二十七条第七项）。"
        )
    weight = min(mine.degree if mine else Degree.POSSIBLE, theirs.degree)
    degree = weight if cause and mine is not None else Degree.POSSIBLE
    return Likeness(degree=degree, reasons=tuple(reasons))


def _sides(ours: Iterable[Person], others: Iterable[Person]) -> Likeness | None:
    known = tuple(others)
    found = [alike for one in ours for other in known if (alike := same_person(one, other)) is not None]
    return max(found, key=lambda alike: alike.degree, default=None)


def _same_place(one: str, other: str) -> bool:
    return len(one) >= _LEAST_PLACE and one == other
