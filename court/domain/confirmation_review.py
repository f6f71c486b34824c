"""The reasons of the law against a confirmation, each one a question with its article, and what they allow to decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from court.domain.errors import CourtError, FieldProblem, field_problem


class Decision(StrEnum):
    """What the court may decide on an application."""

    NOT_ACCEPT = "not_accept"
    GRANT = "grant"
    REJECT = "reject"


class Ground(StrEnum):
    """Every reason of the law against an application, each one asked and answered by a person."""

    NOT_OURS = "not_ours"
    NOT_THIS_COURT = "not_this_court"
    STATUS = "status"
    OTHER_PROCEDURE = "other_procedure"
    TITLE = "title"
    FORBIDDEN = "forbidden"
    HARMFUL = "harmful"
    IMMORAL = "immoral"
    FORCED = "forced"
    UNCLEAR = "unclear"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A ground as a question: yes stands against the application. `law` is its article, `at_acceptance` where it bars
    the acceptance (after it the application is rejected, 解释 355 last sentence); `words` as in the order."""

    question: str
    words: str
    law: str
    at_acceptance: bool


_355, _358 = "民事诉讼法解释第三百五十五条第（{}）项", "民事诉讼法解释第三百五十八条第（{}）项"
GROUNDS: Mapping[Ground, Checked] = {
    Ground.NOT_OURS: Checked(
        question="这件事不属于人民法院受理范围吗？",
        words="不属于人民法院受理范围",
        law=_355.format("一"),
        at_acceptance=True,
    ),
    Ground.NOT_THIS_COURT: Checked(
        question="本院对这份协议没有管辖权吗？",
        words="不属于收到申请的人民法院管辖",
        law=_355.format("二"),
        at_acceptance=True,
    ),
    Ground.STATUS: Checked(
        question="申请确认的是婚姻、亲子、收养等身份关系吗？",
        words="申请确认身份关系",
        law=_355.format("三"),
        at_acceptance=True,
    ),
    Ground.OTHER_PROCEDURE: Checked(
        question="应当用其他特别程序、公示催告程序或者破产程序审理吗？",
        words="涉及适用其他特别程序、公示催告程序、破产程序审理",
        law=_355.format("四"),
        at_acceptance=True,
    ),
    Ground.TITLE: Checked(
        question="协议内容涉及物权、知识产权确权吗？",
        words="调解协议内容涉及物权、知识产权确权",
        law=_355.format("五"),
        at_acceptance=True,
    ),
    Ground.FORBIDDEN: Checked(
        question="协议违反法律的强制性规定吗？",
        words="违反法律强制性规定",
        law=_358.format("一"),
        at_acceptance=False,
    ),
    Ground.HARMFUL: Checked(
        question="协议损害国家利益、社会公共利益或者他人合法权益吗？",
        words="损害国家利益、社会公共利益、他人合法权益",
        law=_358.format("二"),
        at_acceptance=False,
    ),
    Ground.IMMORAL: Checked(
        question="协议违背公序良俗吗？", words="违背公序良俗", law=_358.format("三"), at_acceptance=False
    ),
    Ground.FORCED: Checked(
        question="有人不是自愿的，或者不明白协议的意思吗？",
        words="违反自愿原则",
        law=_358.format("四"),
        at_acceptance=False,
    ),
    Ground.UNCLEAR: Checked(
        question="协议内容不明确（谁、做什么、多少、哪天、怎么付说不清）吗？",
        words="内容不明确",
        law=_358.format("五"),
        at_acceptance=False,
    ),
    Ground.OTHER: Checked(
        question="有其他不能进行司法确认的情形（包括可能虚假调解）吗？",
        words="其他不能进行司法确认的情形",
        law=_358.format("六"),
        at_acceptance=False,
    ),
}
BARS = tuple(ground for ground, one in GROUNDS.items() if one.at_acceptance)
# Codes of the clause checker (court/data/clause_rules.csv) that point at a ground; a hint for who answers, no answer.
_POINTS: Mapping[str, Ground] = {
    "title": Ground.TITLE,
    "status": Ground.STATUS,
    "status_confirmed": Ground.STATUS,
    "freedom": Ground.FORBIDDEN,
    "duty_waived": Ground.FORBIDDEN,
    "crime_waived": Ground.FORBIDDEN,
    "public_order": Ground.IMMORAL,
    "third_party": Ground.HARMFUL,
    "third_rights": Ground.HARMFUL,
    "blank": Ground.UNCLEAR,
    "no_amount": Ground.UNCLEAR,
    "no_due": Ground.UNCLEAR,
    "vague_due": Ground.UNCLEAR,
    "no_payer": Ground.UNCLEAR,
    "no_payee": Ground.UNCLEAR,
    "words_differ": Ground.UNCLEAR,
    "amount_differs": Ground.UNCLEAR,
    "instalments": Ground.UNCLEAR,
    "vague": Ground.UNCLEAR,
    "unclear_object": Ground.UNCLEAR,
}


def hints(found: Iterable[tuple[str, int, str]]) -> dict[Ground, tuple[str, ...]]:
    """What the clause checker saw (code, number of the clause, words), by the ground it points at."""
    told: dict[Ground, list[str]] = {}
    for code, number, words in found:
        if code in _POINTS:
            told.setdefault(_POINTS[code], []).append(f"第{number}条：{words}" if number else words)
    return {ground: tuple(words) for ground, words in told.items()}


def review_problems(answers: Mapping[Ground, bool], *, asked: str) -> tuple[FieldProblem, ...]:
    """What a review lacks: an unanswered question, or what was asked of both sides together (解释 356)."""
    found = [
        field_problem(f"ground-{one}", "confirmation.unanswered") for one in Ground if one not in answers
    ]
    if not asked.strip():
        found.append(field_problem("asked", "confirmation.not_asked"))
    return tuple(found)


def against(answers: Mapping[Ground, bool]) -> tuple[Ground, ...]:
    """The grounds that were found, in the order of the law."""
    return tuple(one for one in Ground if answers.get(one))


def require_outcome(answers: Mapping[Ground, bool], decision: Decision) -> tuple[Ground, ...]:
    """The grounds found, when they allow this decision.

    Refuses `confirmation.unreviewed` while a question is open, `confirmation.has_grounds` to confirm against a ground,
    `confirmation.no_ground` to reject without one, `confirmation.no_bar` to refuse acceptance without one of 解释 355.
    """
    found = against(answers)
    if decision is Decision.NOT_ACCEPT:
        if not any(GROUNDS[one].at_acceptance for one in found):
            raise CourtError("confirmation.no_bar")
        return found
    if any(one not in answers for one in Ground):
        raise CourtError("confirmation.unreviewed")
    if decision is Decision.GRANT and found:
        raise CourtError("confirmation.has_grounds", grounds="；".join(GROUNDS[one].words for one in found))
    if decision is Decision.REJECT and not found:
        raise CourtError("confirmation.no_ground")
    return found
