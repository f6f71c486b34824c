"""Who may not be what in one matter (回避、角色冲突), as a table of pairs with the law behind each. Knows no seat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from court.domain.errors import CourtError


class Part(StrEnum):
    """What somebody is in a matter."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD = "third"
    JUDGE = "judge"
    MEDIATOR = "mediator"
    CLERK = "clerk"
    AGENT = "agent"
    WITNESS = "witness"
    INTERPRETER = "interpreter"


PART_NAMES = {
    Part.APPLICANT: "申请人",
    Part.RESPONDENT: "被申请人",
    Part.THIRD: "第三人",
    Part.JUDGE: "审判员",
    Part.MEDIATOR: "调解员",
    Part.CLERK: "书记员",
    Part.AGENT: "代理人",
    Part.WITNESS: "证人",
    Part.INTERPRETER: "翻译",
}
_P = Part
_PARTIES = (_P.APPLICANT, _P.RESPONDENT, _P.THIRD)
_RECUSAL = "民事诉讼法第四十七条"
_INVITED = "人民法院特邀调解规定第十六条"


def _pairs() -> dict[frozenset[Part], str]:
    """Each pair that one person may not be, with its basis."""
    table: dict[frozenset[Part], str] = {frozenset({_P.APPLICANT, _P.RESPONDENT}): "民事诉讼法第一百二十二条"}
    for party in _PARTIES:
        for other in (_P.JUDGE, _P.MEDIATOR, _P.CLERK, _P.INTERPRETER):
            table[frozenset({party, other})] = _RECUSAL
        table[frozenset({party, _P.WITNESS})] = "民事诉讼法第七十五条、第七十八条"
    for other in (_P.AGENT, _P.WITNESS, _P.INTERPRETER):
        table[frozenset({_P.MEDIATOR, other})] = _INVITED
        for bench in (_P.JUDGE, _P.CLERK):
            table[frozenset({bench, other})] = _RECUSAL
    table[frozenset({_P.MEDIATOR, _P.JUDGE})] = "法发〔2016〕14号第二十七条（调解与审判分离）"
    table[frozenset({_P.JUDGE, _P.CLERK})] = "人民法院组织法第四十九条"
    table[frozenset({_P.AGENT, _P.WITNESS})] = "民事诉讼法解释第一百一十九条（证人如实作证）"
    table[frozenset({_P.INTERPRETER, _P.AGENT})] = _RECUSAL
    table[frozenset({_P.INTERPRETER, _P.WITNESS})] = _RECUSAL
    return table


TABLE = _pairs()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody in the matter; `key` is what tells one person for certain (an account or a number), "" only the name."""

    part: Part
    name: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """`certain`: the same person; else the same name, which a human has to look at."""

    one: Part
    other: Part
    name: str
    certain: bool
    basis: str

    @property
    def text(self) -> str:
        both = f"{PART_NAMES[self.one]}又是{PART_NAMES[self.other]}"
        told = f"{self.name}既是{both}" if self.certain else f"有两个“{self.name}”，{both}"
        return f"{told}（{self.basis}）"


def conflicts(holders: Iterable[Holder]) -> tuple[Conflict, ...]:
    """Every pair of the table that is one person, or may be one by the name; two different keys are two people."""
    found = []
    for one, other in combinations(holders, 2):
        basis = TABLE.get(frozenset({one.part, other.part}))
        if basis is None or one.part is other.part:
            continue
        certain = bool(one.key) and one.key == other.key
        unknown = not (one.key and other.key and _alike(one.key, other.key))
        if certain or (unknown and one.name and one.name == other.name):
            found.append(
                Conflict(one=one.part, other=other.part, name=one.name, certain=certain, basis=basis)
            )
    return tuple(found)


def _alike(one: str, other: str) -> bool:
    """Whether two keys are of one sort, so that a difference says something: an account and a number do not."""
    return one.partition(":")[0] == other.partition(":")[0]


def require(holders: Iterable[Holder], *, namesakes: bool = False) -> None:
    """Refuses `conflict.same_person`, and unless a human said they are `namesakes` `conflict.same_name`."""
    found = conflicts(holders)
    certain = [one for one in found if one.certain]
    if certain:
        raise CourtError("conflict.same_person", why="；".join(one.text for one in certain))
    if found and not namesakes:
        raise CourtError("conflict.same_name", why="；".join(one.text for one in found))
