"""Exhibits by their rules: names and numbers, what counts as the original, what a stroke may be."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from court.domain.errors import CourtError
from court.domain.exhibit import (
    EXHIBIT,
    Exhibit,
    ExhibitAction,
    ExhibitSide,
    ExhibitState,
    Ground,
    Opinion,
    Origin,
    OriginalCheck,
    OriginalResult,
    Stance,
    grounds,
    original_is_needed,
    side_name,
)
from court.domain.exhibit_mark import FULL, MOST_POINTS, MarkKind, checked
from court.domain.hearing import HearingKind
from court.domain.lifecycle import Role

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
PAPER = Exhibit(
    id="e1",
    subject_kind="matter",
    subject_id="m1",
    hearing_id="h1",
    side=ExhibitSide.APPLICANT,
    position=1,
    party_id="p1",
    title="借条",
    purpose="",
    origin=Origin.FILE,
    sha256="0" * 64,
    media_type="image/png",
    size=10,
    pages=1,
    state=ExhibitState.SHOWN,
    at=NOON,
    offset_ms=None,
    by="王秀英",
    withdrawn_reason="",
)
OPINION = Opinion(
    id="o1",
    exhibit_id="e1",
    hearing_id="h1",
    party_id="p2",
    party_name="张德贵",
    rev=1,
    authentic=Stance.ACCEPTED,
    lawful=Stance.ACCEPTED,
    relevant=Stance.OBJECTED,
    text="不是我借的",
    at=NOON,
    offset_ms=None,
    by="张德贵",
)
CHECK = OriginalCheck(
    id="c1",
    exhibit_id="e1",
    hearing_id="h1",
    result=OriginalResult.SAME,
    note="",
    at=NOON,
    offset_ms=None,
    by="李",
)


def test_an_exhibit_is_called_by_its_side_and_number() -> None:
    assert PAPER.label(HearingKind.MEDIATION) == "申请人证据1"
    assert PAPER.label(HearingKind.TRIAL) == "原告证据1"
    assert replace(PAPER, side=ExhibitSide.COURT, position=3).label(HearingKind.TRIAL) == "法庭调取证据3"
    assert side_name(ExhibitSide.THIRD, HearingKind.TRIAL) == "第三人"
    assert side_name(ExhibitSide.PETITIONER, HearingKind.RECEPTION) == "信访人"


def test_an_opinion_is_told_in_one_sentence() -> None:
    assert OPINION.words == "真实性认可，合法性认可，关联性有异议。理由：不是我借的"
    assert replace(OPINION, text="").words == "真实性认可，合法性认可，关联性有异议。"


def test_nobody_comments_on_what_was_not_shown_and_what_was_examined_stays() -> None:
    for role in Role:
        with pytest.raises(CourtError):
            EXHIBIT.after(ExhibitState.REGISTERED, ExhibitAction.GIVE_OPINION, role)
        with pytest.raises(CourtError):
            EXHIBIT.after(ExhibitState.EXAMINED, ExhibitAction.WITHDRAW, role)


def test_silence_of_every_opponent_or_a_comparison_lets_the_picture_count_as_the_original() -> None:
    assert grounds(PAPER, None, [], ["p2"]) == ()
    assert grounds(PAPER, None, [OPINION], ["p2"]) == (Ground.UNDISPUTED,)
    assert grounds(PAPER, None, [OPINION], ["p2", "p3"]) == ()
    assert grounds(PAPER, CHECK, [], ["p2"]) == (Ground.COMPARED,)
    assert grounds(PAPER, CHECK, [OPINION], ["p2"]) == (Ground.UNDISPUTED, Ground.COMPARED)


def test_a_found_difference_outweighs_silence() -> None:
    differs = replace(CHECK, result=OriginalResult.DIFFERS)
    assert grounds(PAPER, differs, [OPINION], ["p2"]) == ()


def test_nobody_opposing_is_no_silence() -> None:
    assert grounds(PAPER, None, [], []) == ()


def test_a_disputed_picture_needs_the_original_until_it_was_compared() -> None:
    disputed = replace(OPINION, authentic=Stance.REJECTED)
    assert original_is_needed(None, [disputed])
    assert original_is_needed(replace(CHECK, result=OriginalResult.ABSENT), [disputed])
    assert not original_is_needed(CHECK, [disputed])
    assert not original_is_needed(None, [OPINION])


@given(st.lists(st.tuples(st.integers(0, FULL), st.integers(0, FULL)), min_size=1, max_size=40))
@example([(FULL, 0)] * MOST_POINTS)
def test_a_stroke_on_the_page_is_kept_as_it_is(points: list[tuple[int, int]]) -> None:
    assert checked(MarkKind.PEN, points) == tuple(points)


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (MarkKind.PEN, []),
        (MarkKind.PEN, [(0, 0)] * (MOST_POINTS + 1)),
        (MarkKind.PEN, [(-1, 0)]),
        (MarkKind.PEN, [(0, FULL + 1)]),
        (MarkKind.BOX, [(0, 0)]),
        (MarkKind.ARROW, [(0, 0)] * 3),
    ],
)
def test_a_stroke_that_is_none_is_refused(kind: MarkKind, points: list[tuple[int, int]]) -> None:
    with pytest.raises(CourtError) as refused:
        checked(kind, points)
    assert refused.value.code == "mark.malformed"
