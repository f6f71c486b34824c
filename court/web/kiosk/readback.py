"""The whole registration as sentences the person would say, one per question. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from court.domain.consent import ConsentStep
from court.domain.draft import Answers, Draft, DraftKind, PersonAnswer
from court.domain.identity import age_on, birth_date, gender, mask_number
from court.domain.petition import CLASS_NAMES, PetitionClass

CONSENT_NAMES: Mapping[ConsentStep, str] = {
    ConsentStep.FILING: "网上登记",
    ConsentStep.MEDIATION: "隔着屏幕调解",
    ConsentStep.HEARING: "隔着屏幕开庭",
    ConsentStep.SERVICE: "电子送达",
}
PETITION_CONSENT_NAMES = {**CONSENT_NAMES, ConsentStep.HEARING: "视频接访"}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence and the page that changes it."""

    step: str
    name: str
    text: str


def consent_name(kind: DraftKind, step: ConsentStep) -> str:
    """What a step is called to the person."""
    return (CONSENT_NAMES if kind is DraftKind.DISPUTE else PETITION_CONSENT_NAMES)[step]


def born(number: str) -> tuple[date, str] | None:
    """Birth date and sex in a resident number (GB 11643); None when it has none."""
    if len(number) != 18:
        return None
    day = birth_date(number)
    return (day, gender(number)) if day else None


def day_cn(day: date) -> str:
    """1956年3月5日"""
    return f"{day.year}年{day.month}月{day.day}日"


def derived(person: PersonAnswer, today: date) -> str:
    """女，1956年3月5日出生，70岁; empty without a number."""
    facts = born(person.id_number)
    if facts is None:
        return ""
    day, sex = facts
    return f"{sex}，{day_cn(day)}出生，{age_on(day, today)}岁"


def _who(person: PersonAnswer) -> str:
    facts = born(person.id_number)
    if facts:
        number = mask_number(person.id_number)
        return f"我叫{person.name}，{facts[1]}，{day_cn(facts[0])}出生，身份证号{number}。"
    birth = f"{day_cn(person.birth_date)}出生" if person.birth_date else ""
    said = (f"我叫{person.name}", person.gender, birth, "今天没有带身份证。")
    return "，".join(part for part in said if part)


def _contact(person: PersonAnswer) -> str:
    phone = f"我的电话是{person.phone}" if person.phone else "我没有留电话"
    return f"{phone}，住在{person.address}。" if person.address else f"{phone}。"


def _other(person: PersonAnswer) -> str:
    known = [part for part in (person.address, person.phone and f"电话{person.phone}") if part]
    return f"{person.name}（{'，'.join(known)}）" if known else person.name


def _others(draft: Draft) -> str:
    if not draft.answers.respondents:
        return "我还不知道对方是谁。"
    people = [_other(person) for person in draft.answers.respondents]
    return f"对方是：{'；'.join(people)}。"


def _consents(draft: Draft) -> str:
    given = draft.answers.consents
    will = {True: "愿意", False: "不愿意"}
    answered = [step for step in ConsentStep if step.value in given]
    parts = [f"{consent_name(draft.kind, step)}，我{will[given[step.value]]}" for step in answered]
    return f"{'；'.join(parts)}。"


def _facts(draft: Draft) -> str:
    told = "经过我已经说给机器听了，有录音。" if draft.spoken_ms else ""
    return f"事情是这样的：{_ended(draft.answers.facts)}{told}" if draft.answers.facts else told


def _request(answers: Answers) -> str:
    sum_ = f"金额{answers.amount.removesuffix('元')}元" if answers.amount else ""
    return "；".join(part for part in (*answers.claims, sum_, answers.request) if part)


def _ended(text: str) -> str:
    return text if text.endswith(("。", "！", "？", "…", "”")) else f"{text}。"


def lines(draft: Draft, cause_name: str) -> tuple[Line, ...]:
    """Every answer as a sentence, in the order it was asked. `cause_name` is the cause's legal name."""
    answers = draft.answers
    if draft.kind is DraftKind.DISPUTE:
        matter = Line("topic", "事由", f"我来登记一件“{cause_name}”。")
    else:
        known = answers.petition_class in set(PetitionClass)
        kind = CLASS_NAMES[PetitionClass(answers.petition_class)] if known else ""
        matter = Line("class", "类别", f"我来反映一个问题，类别是“{kind}”。")
    count = len(draft.materials)
    said = [
        Line("identity", "身份", _who(answers.applicant)),
        Line("contact", "联系办法", _contact(answers.applicant)),
        matter,
        Line("facts", "经过", _facts(draft)),
    ]
    if told := [f"{ask}：{text}" for ask, text in answers.elements.items() if text]:
        said.append(Line("elements", "补充情况", f"补充几点。{_ended('；'.join(told))}"))
    if answers.place:
        said.append(Line("place", "地点", f"事情发生在{_ended(answers.place)}"))
    said.append(Line("request", "要求", f"我希望：{_ended(_request(answers))}"))
    if draft.kind is DraftKind.DISPUTE:
        said.append(Line("other", "对方", _others(draft)))
    said.append(Line("materials", "材料", f"我交了{count}张材料照片。" if count else "我没有交材料。"))
    said.append(Line("consent", "意愿", _consents(draft)))
    return tuple(said)
