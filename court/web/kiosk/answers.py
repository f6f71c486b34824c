"""A page's form -> the answers it changes, and back -> what the form shows. No I/O, no rule of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from court.domain import elements
from court.domain.causes import causes
from court.domain.chinese import typed_sum
from court.domain.draft import Answers, Draft, DraftKind, PersonAnswer
from court.domain.errors import FieldProblem, field_problem
from court.domain.identity import normalise, normalise_phone
from court.domain.intake import CONSENTS
from court.domain.numbers import day_of
from court.domain.text import LIMITS
from court.web.forms import Sent
from court.web.kiosk import flow
from court.web.kiosk.choices import topic_with
from court.web.kiosk.readback import consent_name

Changes = dict[str, Any]
# Bounds memory only; the limit of each text is the domain's (court.domain.text), told at the field.
MOST = 80_000
NOTICE = "kiosk-2026-1"


def merged(draft: Draft, changes: Mapping[str, Any]) -> Draft:
    """The draft as it would be with these changes, for asking `draft.check` before anything is saved."""
    return replace(draft, answers=msgspec.structs.replace(draft.answers, **changes))


def as_builtins(changes: Mapping[str, Any]) -> dict[str, object]:
    """The same changes as `draft.save` takes them."""
    return {key: msgspec.to_builtins(value) for key, value in changes.items()}


def read(page: str, form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
    """What the posted page says, and faults of form by input name; faults of law `draft.check` finds."""
    if page.startswith(flow.ASK):
        return _ask(form, draft, page)
    reader = _READERS.get(page)
    return reader(form, draft) if reader else ({}, [])


def _identity(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
    no_card = form.flag("no_card")
    number = "" if no_card else normalise(form.text("id_number", most=MOST))
    person = msgspec.structs.replace(draft.answers.applicant, id_number=number, no_card=no_card)
    return {"applicant": person}, list(form.problems)


def _name(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
    before = draft.answers.applicant
    person = msgspec.structs.replace(before, name=form.text("name", most=MOST))
    if not before.no_card:
        return {"applicant": person}, list(form.problems)
    birth, problems = _birth(form.raw("birth"))
    gender = form.raw("gender") if form.raw("gender") in {"男", "女"} else ""
    person = msgspec.structs.replace(person, gender=gender, birth_date=birth)
    return {"applicant": person}, [*form.problems, *problems]


def _birth(typed: str) -> tuple[date | None, list[FieldProblem]]:
    digits = "".join(c for c in normalise(typed) if c.isdigit())
    if not typed:
        return None, []
    try:
        return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}" if len(digits) == 8 else ""), []
    except ValueError:
        return None, [field_problem("birth", "identity.birth_date")]


def _contact(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
    person = msgspec.structs.replace(
        draft.answers.applicant,
        phone=normalise_phone(form.text("phone", most=MOST)),
        address=form.text("address", most=MOST),
    )
    return {"applicant": person}, list(form.problems)


def _single(name: str) -> Any:
    def reader(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
        return {name: form.text(name, most=MOST)}, list(form.problems)

    return reader


def other(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem], bool]:
    """The other side: add, take out, unknown, or go on. The flag tells whether to go on to the next page."""
    act, people = form.raw("act"), list(draft.answers.respondents)
    if act.startswith("remove-") and act[7:].isdigit():
        kept = [p for n, p in enumerate(people) if n != int(act[7:])]
        return {"respondents": tuple(kept), "respondent_unknown": False}, [], False
    if act == "unknown":
        return {"respondents": (), "respondent_unknown": True}, [], True
    person = PersonAnswer(
        name=form.text("name", most=MOST),
        phone=normalise_phone(form.text("phone", most=MOST)),
        address=form.text("address", most=MOST),
    )
    problems = list(form.problems)
    if any((person.name, person.phone, person.address)):
        if not person.name:
            problems.append(field_problem("name", "text.empty"))
        if person not in people:  # told twice, as after an answer that the link lost: still one person
            people.append(person)
    elif act == "add" or not (people or draft.answers.respondent_unknown):
        problems.append(field_problem("name", "text.empty"))
    unknown = draft.answers.respondent_unknown and not people
    return {"respondents": tuple(people), "respondent_unknown": unknown}, problems, act != "add"


def _consent(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
    given: dict[str, bool] = {}
    problems: list[FieldProblem] = []
    for step in CONSENTS[draft.kind]:
        answer = form.raw(f"consent_{step}")
        if answer in {"yes", "no"}:
            given[step.value] = answer == "yes"
        else:
            text = f"{consent_name(draft.kind, step)}：请选一个。"
            problems.append(FieldProblem(field=f"consent_{step}", code="consent.missing", text=text))
    return {"consents": given, "consent_notice": NOTICE}, problems


def _review(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
    return {"read_back": True}, []


def _ask(form: Sent, draft: Draft, key: str) -> tuple[Changes, list[FieldProblem]]:
    """One question of the element form; an empty answer is none."""
    page = flow.ask(draft, key)
    said = form.text("said", most=LIMITS["element"])
    if page is None or form.raw("act") == "skip":
        return {}, []
    kept = {ask: text for ask, text in draft.answers.elements.items() if ask != page.title}
    return {"elements": kept | ({page.title: said} if said else {})}, list(form.problems)


def _request(form: Sent, draft: Draft) -> tuple[Changes, list[FieldProblem]]:
    ticked = set(form.all("claim", most=40))
    amount = form.text("amount", most=40)
    if amount and typed_sum(amount) is None:
        form.fault("amount", "form.amount")
    changes = {"request": form.text("request", most=MOST), "amount": amount}
    return changes | {"claims": tuple(c for c in claims(draft) if c in ticked)}, list(form.problems)


def claims(draft: Draft) -> tuple[str, ...]:
    """What people in such a matter usually ask for; none for a petition."""
    found = causes(day_of(draft.updated_at)).get(draft.answers.cause_code)
    return elements.form_of(found.name).claims if found and draft.kind is DraftKind.DISPUTE else ()


_READERS = {
    "identity": _identity,
    "name": _name,
    "contact": _contact,
    "cause": _single("cause_code"),
    "class": _single("petition_class"),
    "facts": _single("facts"),
    "place": _single("place"),
    "request": _request,
    "consent": _consent,
    "review": _review,
}

# The input of a page that stands for a field of `draft.check`.
_INPUTS = {
    "applicant.id_number": "id_number",
    "applicant.no_card": "id_number",
    "applicant.name": "name",
    "applicant.gender": "gender",
    "applicant.birth_date": "birth",
    "applicant.phone": "phone",
    "applicant.address": "address",
    "respondents": "name",
    "signature": "strokes",
    "materials": "photo",
    "elements": "said",
    "claims": "request",
}


def input_of(field: str) -> str:
    """`respondents.1.phone` -> `phone`, `consents.filing` -> `consent_filing`; others keep their name."""
    if field.startswith("consents."):
        return f"consent_{field.removeprefix('consents.')}"
    if field.startswith("respondents.") and field.count(".") == 2:
        return field.rsplit(".", 1)[1]
    return _INPUTS.get(field, field)


def shown(page: str, draft: Draft) -> dict[str, str]:
    """What the form shows when the page is opened again."""
    answers: Answers = draft.answers
    person = answers.applicant
    match page:
        case "identity":
            return {"id_number": person.id_number}
        case "name":
            birth = f"{person.birth_date:%Y%m%d}" if person.birth_date else ""
            return {"name": person.name, "gender": person.gender, "birth": birth}
        case "contact":
            return {"phone": person.phone, "address": person.address}
        case key if key.startswith(flow.ASK):
            found = flow.ask(draft, key)
            return {"said": answers.elements.get(found.title, "") if found else ""}
        case "other":
            return {"name": "", "phone": "", "address": ""}
        case "consent":
            said = {True: "yes", False: "no", None: ""}
            return {f"consent_{s}": said[answers.consents.get(s.value)] for s in CONSENTS[draft.kind]}
        case "mark":
            return {"manner": "fingerprint", "reason": "", "login": ""}
        case "topic":
            topic = topic_with(answers.cause_code)
            return {"topic": topic.key if topic else ""}
        case _:
            return {
                "cause_code": answers.cause_code,
                "petition_class": answers.petition_class,
                "facts": answers.facts,
                "place": answers.place,
                "request": answers.request,
                "amount": answers.amount,
            }
