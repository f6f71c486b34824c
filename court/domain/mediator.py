"""The roll of mediators (调解员名册): who fits a dispute, with every reason for and against. It names nobody itself."""

from collections.abc import Iterable
from dataclasses import dataclass

# More open matters than this and another one is proposed first; the court may still decide otherwise.
BUSY = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediator:
    """An entry of the roll. Lists are words as typed (苗语; 凤鸣镇; 婚姻家庭纠纷). `invited`: 特邀, by the court."""

    account_id: str
    name: str
    body: str
    invited: bool
    languages: tuple[str, ...]
    places: tuple[str, ...]
    fields: tuple[str, ...]
    open_tracks: int = 0
    rev: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the dispute asks of a mediator. `causes` are the cause and its groups; `place` as registered."""

    language: str = ""
    place: str = ""
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What this person had to do with this dispute: ids by kind. `asked_off`: a party refused him after a disclosure."""

    judged: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    asked_off: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One mediator with the reasons; `barred` is why he may not be named, "" when he may."""

    mediator: Mediator
    score: int
    fits: tuple[str, ...]
    against: tuple[str, ...]
    barred: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """As shown to the parties and kept with the appointment."""
        return self.fits + self.against


def propose(roll: Iterable[Mediator], wish: Wish, past: Past) -> tuple[Proposal, ...]:
    """Everybody of the roll, best first, the barred ones last; equal ones by load, then by name."""
    found = [_judge(one, wish, past) for one in roll]
    return tuple(
        sorted(found, key=lambda p: (bool(p.barred), -p.score, p.mediator.open_tracks, p.mediator.name))
    )


def _judge(one: Mediator, wish: Wish, past: Past) -> Proposal:
    fits, against, score = list[str](), list[str](), 0
    if wish.language and wish.language in one.languages:
        fits.append(f"会说{wish.language}")
        score += 4
    elif wish.language:
        against.append(f"名册上没有登记会说{wish.language}")
        score -= 4
    if near := next((place for place in one.places if place and place in wish.place), ""):
        fits.append(f"熟悉{near}")
        score += 2
    if field := next((f for f in one.fields if f in wish.causes), ""):
        fits.append(f"擅长{field}")
        score += 3
    elif one.fields:
        against.append("不是名册登记的擅长领域")
        score -= 1
    load = one.open_tracks
    if load >= BUSY:
        against.append(f"手上还有{load}件")
        score -= 3
    else:
        fits.append(f"手上有{load}件" if load else "手上没有在办的")
        score += 1 if load < BUSY // 2 else 0
    if one.invited:
        fits.append("特邀调解员")
    if one.account_id in past.declined:
        against.append("这件事上曾不接受")
        score -= 2
    return Proposal(
        mediator=one, score=score, fits=tuple(fits), against=tuple(against), barred=_barred(one, past)
    )


def _barred(one: Mediator, past: Past) -> str:
    if one.name in past.parties:
        return "与当事人同名，可能是当事人本人，请先核实；是本人的不得调解"
    if one.account_id in past.judged:
        return "是本案审判人员，不能同时担任调解员"
    if one.account_id in past.asked_off:
        return "披露利害关系后当事人不同意由其调解（在线调解规则第十三条）"
    if one.account_id in past.replaced:
        return "这件事上已经被更换（在线调解规则第十四条）"
    return ""


# 特邀调解规定 16: whoever mediated is none of these later in the same dispute.
LATER_ROLES = ("人民陪审员", "诉讼代理人", "证人", "鉴定人", "翻译人员")
