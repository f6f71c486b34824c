"""Who a drawn paper names: the body that makes it, and identities out of the register, each reading in the journal."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from court.config import Config
from court.domain.errors import CourtError, field_problem
from court.domain.lifecycle import Actor
from court.domain.paper import PAPER_NAMES, PaperKind
from court.services import matter as matters
from court.store.database import Tx
from court.web import drawing_form
from court.web.agreement_paper import person_facts
from court.web.drawing_subject import Subject
from documents import kit, registry


def body_name(kind: PaperKind, pattern: kit.Pattern, config: Config) -> str:
    """Who makes a paper, or whom it is addressed to, and whose seal it bears."""
    if pattern.family is kit.Family.PETITION:
        return config.petition_body
    at_committee = kind is PaperKind.MEDIATION_APPLICATION or pattern.by is kit.By.BODY
    return config.committee_name if at_committee else config.court_name


def identities(
    tx: Tx, *, actor: Actor, about: Subject, kind: PaperKind, now: datetime
) -> dict[str, dict[str, Any]]:
    """Identities for the fields that name parties; reading them is in the journal. Missing sides are refused."""
    one: dict[str, Any] = {}
    by_side: dict[Any, list[dict[str, Any]]] = {}
    wanted = {field.name: field for field in registry.fields(kind.value) if field.name in drawing_form.PEOPLE}
    chooses = any(each.widget == "party" for each in drawing_form.asked(kind.value))
    if not wanted and not chooses:
        return {"fields": {}, "one": one}
    for party in about.parties:
        found = matters.reveal_party(
            tx, actor=actor, now=now, party_id=party.id, purpose=f"制作{PAPER_NAMES[kind]}"
        )
        role = drawing_form.role_name(kind.value, party.side)
        told = asdict(person_facts(role, found))
        one[party.id] = told
        by_side.setdefault(party.side, []).append(told)
    fields = {}
    for name, field in wanted.items():
        listed = [each for side in drawing_form.sides(kind.value, name) for each in by_side.get(side, [])]
        if field.required and not listed:
            raise CourtError("form.invalid", problems=(field_problem("form", "drawing.no_party"),))
        fields[name] = listed
    return {"fields": fields, "one": one}
