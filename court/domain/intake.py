"""What a registration has to hold before it is one: every fault at once, each at its field."""

from collections.abc import Iterable
from datetime import date

from court.domain import identity, text
from court.domain.causes import causes
from court.domain.chinese import typed_sum
from court.domain.consent import ConsentStep
from court.domain.draft import Answers, Channel, DraftKind, PersonAnswer
from court.domain.errors import FieldProblem, field_problem
from court.domain.petition import MAX_REPRESENTATIVES, PetitionClass

CONSENTS = {
    DraftKind.DISPUTE: (ConsentStep.FILING, ConsentStep.MEDIATION, ConsentStep.HEARING, ConsentStep.SERVICE),
    DraftKind.PETITION: (ConsentStep.FILING, ConsentStep.HEARING, ConsentStep.SERVICE),
}
MAX_RESPONDENTS = 20
MAX_MATERIALS = 50
MAX_ELEMENTS = 40
_PERSON_TEXTS = ("name", "address", "occupation", "ethnicity")

Problems = list[FieldProblem]


def faults(
    kind: DraftKind, answers: Answers, today: date, *, spoken: bool = False
) -> tuple[FieldProblem, ...]:
    """Everything that would refuse registration. Field names are those of Answers, people as `respondents.0.name`.

    `spoken`: the facts were told into the machine and are still to be typed.
    """
    found: Problems = []
    found += person_faults("applicant", answers.applicant, today, own=True)
    if kind is DraftKind.DISPUTE:
        found += _dispute_faults(answers, today)
    else:
        found += _petition_faults(answers, today)
    for field in ("facts", "request", "place"):
        found += _some(text.too_long(field, getattr(answers, field), field))
        found += _some(text.paper_problem(field, getattr(answers, field)) if field != "facts" else None)
    if not spoken:
        found += _some(text.missing("facts", answers.facts))
    found += _consent_faults(kind, answers)
    # Who calls signs at the first meeting (民事诉讼法解释 265: read out, then signed).
    if not answers.signature_sha256 and answers.channel is not Channel.CALL:
        found.append(field_problem("signature", "agreement.no_strokes"))
    return tuple(found)


def person_faults(prefix: str, person: PersonAnswer, today: date, *, own: bool) -> Problems:
    """`own`: the person stands here and must say who he is; about the other side one may know only a name."""
    found: Problems = []
    found += _some(text.missing(f"{prefix}.name", person.name))
    for name in _PERSON_TEXTS:
        value = getattr(person, name)
        found += _some(text.too_long(f"{prefix}.{name}", value, name))
        found += _some(text.paper_problem(f"{prefix}.{name}", value))
    number = identity.normalise(person.id_number)
    if number:
        fault = identity.number_fault(number, today)
        if fault is not None and not (len(number) == 18 and identity.is_credit_code(number)):
            found.append(field_problem(f"{prefix}.id_number", fault))
    elif own and not person.no_card:
        found.append(field_problem(f"{prefix}.id_number", "identity.missing"))
    phone = identity.normalise_phone(person.phone)
    if phone and not identity.is_phone(phone):
        found.append(field_problem(f"{prefix}.phone", "identity.phone"))
    if person.birth_date is not None and not date(1900, 1, 1) <= person.birth_date <= today:
        found.append(field_problem(f"{prefix}.birth_date", "identity.birth_date"))
    return found


def _dispute_faults(answers: Answers, today: date) -> Problems:
    found: Problems = []
    if answers.cause_code not in causes(today):
        found.append(field_problem("cause_code", "cause.unknown"))
    if not answers.respondents and not answers.respondent_unknown:
        found.append(field_problem("respondents", "text.empty"))
    if len(answers.respondents) > MAX_RESPONDENTS:
        found.append(field_problem("respondents", "petition.too_many", most=MAX_RESPONDENTS))
    own = identity.normalise(answers.applicant.id_number)
    for position, person in enumerate(answers.respondents):
        found += person_faults(f"respondents.{position}", person, today, own=False)
        if own and identity.normalise(person.id_number) == own:
            found.append(field_problem(f"respondents.{position}.id_number", "conflict.both_sides"))
    return found + _element_faults(answers)


def _element_faults(answers: Answers) -> Problems:
    found: Problems = []
    if len(answers.elements) > MAX_ELEMENTS or len(answers.claims) > MAX_ELEMENTS:
        found.append(
            field_problem("elements", "text.too_long", most=MAX_ELEMENTS, length=len(answers.elements))
        )
    for said in answers.elements.values():
        found += _some(text.too_long("elements", said, "element"))
        found += _some(text.paper_problem("elements", said))
    if answers.amount and typed_sum(answers.amount) is None:
        found.append(field_problem("amount", "form.amount"))
    return found


def _petition_faults(answers: Answers, today: date) -> Problems:
    found: Problems = []
    if answers.petition_class not in frozenset(PetitionClass):
        found.append(field_problem("petition_class", "petition.class_unknown"))
    if 1 + len(answers.representatives) > MAX_REPRESENTATIVES:
        found.append(field_problem("representatives", "petition.too_many", most=MAX_REPRESENTATIVES))
    for position, person in enumerate(answers.representatives):
        found += person_faults(f"representatives.{position}", person, today, own=False)
    return found


def _consent_faults(kind: DraftKind, answers: Answers) -> Problems:
    found = [
        field_problem(f"consents.{step}", "consent.missing")
        for step in CONSENTS[kind]
        if step not in answers.consents
    ]
    if answers.consents.get(ConsentStep.FILING) is False:
        found.append(field_problem("consents.filing", "consent.required"))
    return found


def _some(problem: FieldProblem | None) -> Iterable[FieldProblem]:
    return () if problem is None else (problem,)
