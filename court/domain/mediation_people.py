"""Who takes part in a mediation and what they said: ways to take part, answers, mediators named, interests told. No steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.mediation_track import Origin, PauseReason


class Way(StrEnum):
    """How people take part (在线调解规则 16)."""

    TOGETHER = "together"
    APART = "apart"
    HELPED = "helped"
    ON_SITE = "on_site"


WAY_NAMES: Mapping[Way, str] = {
    Way.TOGETHER: "同一时间在线（音视频）",
    Way.APART: "分别在线（经各方同意）",
    Way.HELPED: "部分人到便民法庭车或者调解点上线",
    Way.ON_SITE: "现场调解",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Whether a party can and will take part by sound and picture with means of its own; `party` is its name."""

    party: str
    able: bool
    refuses: bool = False
    same_time: bool = True


def ways(means: Iterable[Means]) -> tuple[tuple[Way, str], ...]:
    """The ways open to these people, the proposed one first, each with its reason (在线调解规则 16)."""
    all_of = tuple(means)
    if not all_of or all(not one.able or one.refuses for one in all_of):
        return ((Way.ON_SITE, "各方都不具备音视频条件或者不愿用音视频，确定现场调解的时间、地点。"),)
    if any(one.refuses for one in all_of):
        names = "、".join(one.party for one in all_of if one.refuses)
        return (
            (Way.ON_SITE, f"{names}不愿用音视频，征得其他当事人同意后现场调解。"),
            (Way.HELPED, f"{names}愿意到车上或者调解点的，由调解员协助上线。"),
        )
    if unable := [one.party for one in all_of if not one.able]:
        names = "、".join(unable)
        return (
            (Way.HELPED, f"{names}没有设备，在便民法庭车或者调解点为其提供场所和设备。"),
            (Way.ON_SITE, "各方都愿意的，也可以现场调解。"),
        )
    if not all(one.same_time for one in all_of):
        return (
            (Way.APART, "不能同一时间上线，征得各方同意后分别安排。"),
            (Way.TOGETHER, "另约各方都有空的时间。"),
        )
    return (
        (Way.TOGETHER, "各方都有音视频条件，安排同一时间登录。"),
        (Way.ON_SITE, "各方同意的，可以现场调解。"),
    )


class Interest(StrEnum):
    """What a mediator has to disclose (在线调解规则 13, 特邀调解规定 15)."""

    KIN = "kin"
    STAKE = "stake"
    RELATION = "relation"


INTEREST_NAMES: Mapping[Interest, str] = {
    Interest.KIN: "是当事人或者代理人的近亲属",
    Interest.STAKE: "与纠纷有利害关系",
    Interest.RELATION: "与当事人、代理人有其他可能影响公正调解的关系",
}


class Question(StrEnum):
    """What a party is asked on the track; each answer is kept, the last one holds."""

    WILLING = "willing"
    MEDIATOR = "mediator"
    DISCLOSED = "disclosed"
    EXTEND = "extend"
    CONFIRM = "confirm"


QUESTION_NAMES: Mapping[Question, str] = {
    Question.WILLING: "是否同意调解",
    Question.MEDIATOR: "是否同意由这位调解员调解",
    Question.DISCLOSED: "知道披露的情形后，是否仍同意由其调解",
    Question.EXTEND: "是否同意延长调解期限",
    Question.CONFIRM: "是否同意共同申请司法确认",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recorded answer of a party. `ref` is what it was about: a mediator, a disclosure, a number of days."""

    id: str
    party_id: str
    question: Question
    ref: str
    yes: bool
    note: str
    at: datetime
    by: str


def standing(words: Iterable[Word], question: Question, ref: str = "") -> dict[str, Word]:
    """The answer of each party to this question that holds now, by party."""
    found: dict[str, Word] = {}
    for word in sorted(words, key=lambda one: (one.at, one.id)):
        if word.question is question and word.ref == ref:
            found[word.party_id] = word
    return found


def answered(
    words: tuple[Word, ...], party_id: str, question: Question, ref: str, yes: bool, note: str
) -> bool:
    """Whether the answer that holds says exactly this already."""
    said = standing(words, question, ref).get(party_id)
    return said is not None and (said.yes, said.note) == (yes, note)


def all_say_yes(words: Iterable[Word], parties: Iterable[str], question: Question, ref: str = "") -> bool:
    """Whether every party was asked and said yes; silence is not consent."""
    said = standing(words, question, ref)
    wanted = tuple(parties)
    return bool(wanted) and all(party in said and said[party].yes for party in wanted)


class OfferEnd(StrEnum):
    """What became of the naming of a mediator."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REPLACED = "replaced"


OFFER_NAMES: Mapping[OfferEnd, str] = {
    OfferEnd.OPEN: "待确认",
    OfferEnd.ACCEPTED: "已接受",
    OfferEnd.DECLINED: "不接受",
    OfferEnd.LAPSED: "逾期未确认",
    OfferEnd.REPLACED: "已更换",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A mediator named on the track: chosen by the parties or appointed, with the reasons shown to all."""

    id: str
    account_id: str
    name: str
    chosen: bool
    reasons: tuple[str, ...]
    at: datetime
    by: str
    end: OfferEnd
    answer: str
    ended_at: datetime | None

    @property
    def end_name(self) -> str:
        return OFFER_NAMES[self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """披露: what the mediator told of an interest in the dispute."""

    id: str
    account_id: str
    interest: Interest
    words: str
    at: datetime

    @property
    def interest_name(self) -> str:
        return INTEREST_NAMES[self.interest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediation:
    """What only a mediation track knows. `told_at`: rights, fake mediation and address of service were explained.

    `invited`: the court invited or appointed (委派、委托), so that it is the court for a confirmation (民事诉讼法 205).
    `note` is why it ended, `costly` the conduct that raised the other's costs (在线调解规则 21); `undisputed` are facts
    that both sides confirmed, the only thing that leaves the mediation (18)."""

    origin: Origin = Origin.APPLIED
    invited: bool = False
    language: str = ""
    way: Way | None = None
    way_note: str = ""
    told_at: datetime | None = None
    told_by: str = ""
    offers: tuple[Offer, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    words: tuple[Word, ...] = ()
    paused: PauseReason | None = None
    note: str = ""
    costly: str = ""
    undisputed: tuple[str, ...] = ()

    @property
    def offer(self) -> Offer | None:
        """The naming that waits or holds."""
        return next((one for one in self.offers if one.end in {OfferEnd.OPEN, OfferEnd.ACCEPTED}), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that stands against beginning the talks, as a sentence that says what to do."""

    code: str
    text: str


def missing_to_begin(
    *,
    parties: Mapping[str, str],
    words: Iterable[Word],
    disclosures: Iterable[Disclosure],
    mediator_id: str | None,
    way: Way | None,
    warned: bool,
) -> tuple[Missing, ...]:
    """What the mediator still has to do before the talks (在线调解规则 13-17); empty: may begin. `parties`: id to name."""
    said = tuple(words)
    found = []
    willing = standing(said, Question.WILLING)
    if unasked := [name for ident, name in parties.items() if ident not in willing]:
        found.append(
            Missing(code="unasked", text=f"还没有征询{'、'.join(unasked)}的调解意愿，请先问清并记下。")
        )
    if refused := [name for ident, name in parties.items() if ident in willing and not willing[ident].yes]:
        found.append(
            Missing(code="refused", text=f"{'、'.join(refused)}不同意调解，不得调解，请终结并退回材料。")
        )
    for one in disclosures:
        if one.account_id == mediator_id and not all_say_yes(said, parties, Question.DISCLOSED, one.id):
            found.append(
                Missing(
                    code="disclosed",
                    text=f"调解员披露了“{one.interest_name}”，要各方都同意由其继续调解，否则更换调解员。",
                )
            )
    if way is None:
        found.append(Missing(code="way", text="请先确定参加调解的方式（同时在线、分别在线、到车上、现场）。"))
    if not warned:
        found.append(
            Missing(code="unwarned", text="请先告知权利义务和虚假调解的法律后果，并指导填写送达地址确认书。")
        )
    return tuple(found)
