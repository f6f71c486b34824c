"""The order of the kiosk's pages and which answers each one asks for. A function of the draft; no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from court.domain import elements
from court.domain.causes import causes
from court.domain.draft import Draft, DraftKind
from court.domain.errors import FieldProblem
from court.domain.numbers import day_of

PHASES = ("您是谁", "什么事", "对方是谁", "材料", "您的意愿", "核对", "签名")
PETITION_PHASES = ("您是谁", "什么事", "材料", "您的意愿", "核对", "签名")


@dataclass(frozen=True, slots=True)
class Page:
    """One question. `asks` are the fields of `draft.check`, or their prefixes, that this page puts right."""

    key: str
    title: str
    phase: int
    template: str
    asks: tuple[str, ...] = ()


def _page(key: str, title: str, phase: int, *asks: str, template: str = "") -> Page:
    return Page(key, title, phase, template or f"kiosk/{key}.html", asks)


_DISPUTE = (
    _page("identity", "请输入您的身份证号", 1, "applicant.id_number", "applicant.no_card"),
    _page("name", "您叫什么名字？", 1, "applicant.name", "applicant.gender", "applicant.birth_date"),
    _page("contact", "怎样找到您？", 1, "applicant.phone", "applicant.address"),
    _page("topic", "是哪方面的事？", 2),
    _page("cause", "具体是什么事？", 2, "cause_code"),
    _page("elements", "再问几个问题，好吗？", 2, "elements"),
    _page("facts", "请说说经过", 2, "facts", template="kiosk/text.html"),
    _page("place", "事情在哪里发生的？", 2, "place"),
    _page("request", "您希望怎么解决？", 2, "request", "claims", "amount"),
    _page("other", "对方是谁？", 3, "respondents"),
    _page("materials", "有什么材料要交吗？", 4, "materials"),
    _page("notice", "办事之前，请听这三句话", 5),
    _page("consent", "您愿意这样办吗？", 5, "consents"),
    _page("review", "请核对：这些话对吗？", 6),
    _page("sign", "请签上您的名字", 7, "signature"),
)
_PETITION = (
    _page("identity", "请输入您的身份证号", 1, "applicant.id_number", "applicant.no_card"),
    _page("name", "您叫什么名字？", 1, "applicant.name", "applicant.gender", "applicant.birth_date"),
    _page("contact", "怎样找到您？", 1, "applicant.phone", "applicant.address"),
    _page("class", "您要反映哪一类问题？", 2, "petition_class"),
    _page("facts", "请说说情况", 2, "facts", template="kiosk/text.html"),
    _page("place", "事情在哪里发生的？", 2, "place"),
    _page("request", "您有什么要求？", 2, "request"),
    _page("materials", "有什么材料要交吗？", 3, "materials"),
    _page("notice", "办事之前，请听这三句话", 4),
    _page("consent", "您愿意这样办吗？", 4, "consents"),
    _page("review", "请核对：这些话对吗？", 5),
    _page("sign", "请签上您的名字", 6, "signature"),
)
# Reached from the signature page only; it answers the same question in another way.
MARK = _page("mark", "由工作人员见证确认", 7, "signature")


ASK = "ask-"


def asks(draft: Draft) -> tuple[str, ...]:
    """The questions of the element form of the chosen cause (法〔2025〕82号); none before a cause is chosen."""
    found = causes(day_of(draft.updated_at)).get(draft.answers.cause_code)
    return elements.form_of(found.name).asks if found and draft.kind is DraftKind.DISPUTE else ()


def ask(draft: Draft, key: str) -> Page | None:
    """ask-3 is the page of the third question; each may be left out."""
    number, questions = key.removeprefix(ASK), asks(draft)
    if not key.startswith(ASK) or not number.isascii() or not number.isdigit() or len(number) > 2:
        return None
    if not 1 <= int(number) <= len(questions):
        return None
    return Page(key, questions[int(number) - 1], 2, "kiosk/ask.html", ("elements",))


def next_ask(draft: Draft, key: str) -> str:
    """The question after this one; "" after the last."""
    number = int(key.removeprefix(ASK)) + 1
    return f"{ASK}{number}" if number <= len(asks(draft)) else ""


def first_ask(draft: Draft) -> str:
    """The first question without an answer; "" where every one has one."""
    known = draft.answers.elements
    return next((f"{ASK}{n}" for n, one in enumerate(asks(draft), 1) if not known.get(one)), "")


def pages(kind: DraftKind) -> tuple[Page, ...]:
    """Every page of this kind of registration, in order."""
    return _DISPUTE if kind is DraftKind.DISPUTE else _PETITION


def phases(kind: DraftKind) -> tuple[str, ...]:
    """The names of the step bar."""
    return PHASES if kind is DraftKind.DISPUTE else PETITION_PHASES


def page(kind: DraftKind, key: str) -> Page | None:
    """The page of an address; None when this kind of registration has no such page."""
    if key == MARK.key:
        return Page(MARK.key, MARK.title, len(phases(kind)), MARK.template, MARK.asks)
    return next((p for p in pages(kind) if p.key == key), None)


def the_page(kind: DraftKind, key: str) -> Page:
    """A page that every kind of registration has. Errors: KeyError for another one (a bug)."""
    found = page(kind, key)
    if found is None:
        raise KeyError(key)
    return found


def following(kind: DraftKind, key: str) -> Page:
    """The page after this one; the last page follows itself. After any question comes what comes after all of them."""
    order = pages(kind)
    key = "elements" if key.startswith(ASK) else key
    at = next(i for i, p in enumerate(order) if p.key == key)
    return order[min(at + 1, len(order) - 1)]


def before(kind: DraftKind, key: str) -> Page | None:
    """The page before this one; None at the first."""
    order = pages(kind)
    if key.startswith(ASK):
        return page(kind, "elements")
    at = next((i for i, p in enumerate(order) if p.key == key), 0)
    return order[at - 1] if at else None


def belongs(problem: FieldProblem, page: Page) -> bool:
    """Whether a fault is one this page asked about."""
    return any(problem.field == ask or problem.field.startswith(f"{ask}.") for ask in page.asks)


def first_fault(draft: Draft, problems: Iterable[FieldProblem], until: str) -> Page | None:
    """The first page before `until` that still has a fault: where a jump ahead is sent back to."""
    found, last = tuple(problems), "sign" if until == MARK.key else until
    last = "elements" if last.startswith(ASK) else last
    for candidate in pages(draft.kind):
        if candidate.key == last:
            return None
        if any(belongs(problem, candidate) for problem in found):
            return candidate
    return None
