"""Every cell of every table for every role, and the page that shows them."""

from itertools import product
from typing import Any

import pytest

from court.domain.errors import CourtError
from court.domain.hearing import HEARING, HearingAction, HearingState
from court.domain.lifecycle import BENCH, Lifecycle, Role
from court.domain.matter import MATTER, MatterAction, MatterState
from court.domain.mediation import AGREEMENT, AgreementAction, AgreementState
from court.domain.petition import PETITION, PetitionAction, PetitionState
from tests.domain import documents

TABLES = list(documents.TABLES.values())
NAMES = [table.name for table in TABLES]


def states(table: Lifecycle[Any, Any]) -> list[Any]:
    return list(type(table.start))


def actions(table: Lifecycle[Any, Any]) -> list[Any]:
    return list(type(next(iter(table.table))[1]))


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_every_cell_and_role_does_what_the_table_says(table: Lifecycle[Any, Any]) -> None:
    for state, action, role in product(states(table), actions(table), Role):
        step = table.table.get((state, action))
        if step is not None and role in step.who:
            assert table.after(state, action, role) is step.to
            assert action in table.actions(state, role)
            continue
        with pytest.raises(CourtError) as refused:
            table.after(state, action, role)
        wanted = "wrong_state" if step is None else "not_allowed"
        assert refused.value.code == f"{table.name}.{wanted}"
        assert refused.value.status == (409 if step is None else 403)
        assert refused.value.text
        assert action not in table.actions(state, role)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_every_state_has_a_chinese_name_and_can_be_reached(table: Lifecycle[Any, Any]) -> None:
    assert set(table.labels) == set(states(table))
    reached = {table.start}
    while grown := {step.to for (state, _), step in table.table.items() if state in reached} - reached:
        reached |= grown
    assert reached == set(states(table))
    assert {action for _, action in table.table} == set(actions(table))


def ends(table: Lifecycle[Any, Any]) -> set[Any]:
    return set(states(table)) - {state for state, _ in table.table}


def test_only_the_bench_opens_and_ends_a_session() -> None:
    for action in (HearingAction.OPEN, HearingAction.CLOSE, HearingAction.RESUME):
        assert all(step.who == BENCH for (_, a), step in HEARING.table.items() if a is action)
    assert ends(HEARING) == {HearingState.CLOSED, HearingState.CANCELLED}


def test_a_session_is_never_opened_without_the_roll_call() -> None:
    before = {state for (state, action) in HEARING.table if action is HearingAction.OPEN}
    assert before == {HearingState.ROLL_CALL}


def test_an_edit_always_leads_back_to_the_draft_and_a_sealed_agreement_stays() -> None:
    edits = [step for (_, a), step in AGREEMENT.table.items() if a is AgreementAction.EDIT]
    assert {step.to for step in edits} == {AgreementState.DRAFT}
    assert ends(AGREEMENT) == {AgreementState.WITHDRAWN, AgreementState.VOID}
    after_the_seal = {a for (s, a) in AGREEMENT.table if s is AgreementState.SEALED}
    assert after_the_seal == {AgreementAction.WITHDRAW}
    signed = {state for (state, a) in AGREEMENT.table if a in {AgreementAction.SIGN, AgreementAction.SEAL}}
    assert signed == {AgreementState.SIGNING}


def test_no_matter_and_no_petition_is_closed_before_something_was_settled_or_told() -> None:
    closing = {state for (state, a) in MATTER.table if a is MatterAction.CLOSE}
    assert closing == {
        MatterState.SETTLED,
        MatterState.DECIDED,
        MatterState.FAILED,
        MatterState.WITHDRAWN,
    }
    told = {state for (state, a) in PETITION.table if a is PetitionAction.CLOSE}
    assert told == {PetitionState.REPLIED, PetitionState.DECLINED, PetitionState.WITHDRAWN}


def test_the_page_of_lifecycles_shows_the_tables() -> None:
    assert (documents.DOCS / "lifecycles.md").read_text(encoding="utf-8") == documents.lifecycles()


def test_the_page_of_problems_shows_the_catalogue() -> None:
    assert (documents.DOCS / "problems.md").read_text(encoding="utf-8") == documents.problems()
