"""The order of the kiosk's pages and the words on them, as pure functions."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import templates
from court.domain.causes import causes
from court.domain.draft import Answers, Draft, DraftKind, DraftState, PersonAnswer
from court.domain.petition import PetitionClass
from court.services import draft as drafts
from court.web.kiosk import answers, choices, flow, readback

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def draft(kind: DraftKind = DraftKind.DISPUTE, **said: object) -> Draft:
    return Draft(
        id="d",
        kind=kind,
        state=DraftState.OPEN,
        version=1,
        step="",
        answers=Answers(**said),  # type: ignore[arg-type]
        materials=(),
        terminal_id="t",
        officer_id=None,
        officer_name="",
        created_at=NOW,
        updated_at=NOW,
        expires_at=NOW,
        subject_id=None,
    )


def test_every_choice_is_a_cause_in_force_and_no_page_shows_more_than_four() -> None:
    for topic in choices.TOPICS:
        assert {c.code for c in topic.choices} <= causes(date(2026, 11, 22)).keys(), topic.key
        assert len(topic.choices) <= 2 * choices.PER_PAGE
    assert len(choices.TOPICS) <= choices.PER_PAGE
    assert {c.code for c in choices.PETITION_KINDS} == set(PetitionClass)


@pytest.mark.parametrize("kind", DraftKind)
def test_every_page_has_its_template_and_the_phases_only_grow(kind: DraftKind) -> None:
    folder = Path(templates.__path__[0])
    order = flow.pages(kind)
    for page in (*order, flow.the_page(kind, "mark")):
        assert (folder / page.template).is_file(), page.key
        assert 1 <= page.phase <= len(flow.phases(kind))
    assert [p.phase for p in order] == sorted(p.phase for p in order)


@pytest.mark.parametrize("kind", DraftKind)
def test_every_fault_of_an_empty_registration_belongs_to_one_page(kind: DraftKind) -> None:
    faults = drafts.check(draft(kind))
    assert faults
    for fault in faults:
        assert sum(flow.belongs(fault, page) for page in flow.pages(kind)) == 1, fault.field


def test_the_first_open_question_is_the_first_in_the_order_of_asking() -> None:
    person = PersonAnswer(name="王秀英", id_number="11010519491231002X")
    known = draft(applicant=person, cause_code="55(2)")
    found = flow.first_fault(known, drafts.check(known), until="sign")
    assert found is not None and found.key == "facts"
    assert flow.first_fault(known, drafts.check(known), until="facts") is None
    assert flow.first_fault(draft(), drafts.check(draft()), until="mark") == flow.pages(DraftKind.DISPUTE)[0]


def test_age_and_sex_are_read_from_the_number() -> None:
    person = PersonAnswer(id_number="11010519491231002X")
    assert readback.derived(person, date(2026, 12, 30)) == "女，1949年12月31日出生，76岁"
    assert readback.derived(person, date(2026, 12, 31)) == "女，1949年12月31日出生，77岁"
    assert readback.derived(PersonAnswer(), date(2026, 1, 1)) == ""


def test_somebody_without_a_card_says_so_in_the_read_back() -> None:
    person = PersonAnswer(name="李有田", no_card=True, gender="男", birth_date=date(1956, 3, 5))
    said = readback.lines(draft(applicant=person), "相邻通行纠纷")
    assert said[0].text == "我叫李有田，男，1956年3月5日出生，今天没有带身份证。"


def test_an_unknown_other_side_and_a_refused_consent_are_said_plainly() -> None:
    said = readback.lines(
        draft(respondent_unknown=True, consents={"filing": True, "hearing": False}), "相邻通行纠纷"
    )
    text = "".join(line.text for line in said)
    assert "我还不知道对方是谁。" in text
    assert "网上登记，我愿意；隔着屏幕开庭，我不愿意。" in text


def test_faults_of_the_domain_stand_at_the_input_that_asked() -> None:
    assert answers.input_of("respondents.2.phone") == "phone"
    assert answers.input_of("consents.filing") == "consent_filing"
    assert answers.input_of("applicant.id_number") == "id_number"
    assert answers.input_of("signature") == "strokes"
    assert answers.input_of("facts") == "facts"


def test_the_questions_of_the_cause_come_one_by_one_and_none_is_asked_of_a_petition() -> None:
    loan = draft(cause_code="108(3)", elements={"催要情况": "要过"})
    questions = flow.asks(loan)
    assert len(questions) > 10 and flow.asks(draft()) == () == flow.asks(draft(DraftKind.PETITION))
    assert flow.first_ask(loan) == "ask-1" and flow.next_ask(loan, f"ask-{len(questions)}") == ""
    assert flow.ask(loan, "ask-0") is None and flow.ask(loan, f"ask-{len(questions) + 1}") is None
    assert flow.ask(loan, "ask-１") is None and flow.ask(loan, "ask-") is None
    page = flow.ask(loan, "ask-2")
    assert page is not None and page.title == questions[1]
    assert flow.following(DraftKind.DISPUTE, "ask-2").key == "facts"
    assert flow.before(DraftKind.DISPUTE, "ask-2") == flow.page(DraftKind.DISPUTE, "elements")
