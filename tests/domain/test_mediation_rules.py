"""The rules of a mediation and its confirmation by their articles: endings, ways to take part, roll, competent court."""

from datetime import date

import pytest

from court.domain import follow_up, mediator, performance
from court.domain.calendar import working_calendar
from court.domain.confirmation import last_day, require_in_time
from court.domain.confirmation_court import Link, area_of, ties
from court.domain.confirmation_review import BARS, GROUNDS, Ground
from court.domain.errors import CourtError
from court.domain.mediation_end import ENDINGS, EndReason, endings
from court.domain.mediation_people import Means, Way, ways
from court.domain.mediation_track import MediationState
from court.web.drawing_mediation import BECAUSE
from documents.confirmation import Bar, RejectionGround
from documents.mediating import EndedBecause, Performance, Satisfaction

CALENDAR = working_calendar()


def test_the_eight_ways_are_those_of_the_article_and_each_has_its_message() -> None:
    assert [ENDINGS[one].item for one in EndReason] == list(range(1, 9))
    assert all(len(one.message) <= 70 - 18 and one.then for one in ENDINGS.values())
    open_ = endings(MediationState.TALKING, refused_to_sign=False, term_over=False)
    assert EndReason.AGREED not in open_ and EndReason.UNSIGNED not in open_ and len(open_) == 5


def test_papers_and_rules_say_the_same_words() -> None:
    assert set(BECAUSE.values()) == {one.value for one in EndedBecause}
    assert [GROUNDS[one].words for one in BARS] == [one.value for one in Bar]
    assert {GROUNDS[one].words for one in Ground} == {one.value for one in RejectionGround}
    assert [one.value for one in performance.Performance] == [one.value for one in Performance]
    assert [one.value for one in performance.Satisfaction] == [one.value for one in Satisfaction]


@pytest.mark.parametrize(
    ("means", "first"),
    [
        ([("甲", True, False, True), ("乙", True, False, True)], Way.TOGETHER),
        ([("甲", True, False, True), ("乙", True, False, False)], Way.APART),
        ([("甲", True, False, True), ("乙", False, False, True)], Way.HELPED),
        ([("甲", False, False, True), ("乙", False, False, True)], Way.ON_SITE),
        ([("甲", True, True, True), ("乙", True, False, True)], Way.ON_SITE),
    ],
)
def test_how_people_take_part(means: list[tuple[str, bool, bool, bool]], first: Way) -> None:
    people = [Means(party=n, able=able, refuses=no, same_time=same) for n, able, no, same in means]
    assert ways(people)[0][0] is first


def test_who_is_proposed_and_who_is_barred() -> None:
    def one(name: str, **more: object) -> mediator.Mediator:
        known = {"body": "", "invited": False, "languages": (), "places": (), "fields": ()} | more
        return mediator.Mediator(account_id=name, name=name, **known)  # type: ignore[arg-type]

    roll = [
        one("甲", open_tracks=15),
        one("乙", languages=("苗语",), open_tracks=3),
        one("丙"),
        one("王秀英"),
    ]
    wish = mediator.Wish(language="苗语", place="凤鸣镇红星村", causes=("通行纠纷",))
    past = mediator.Past(replaced=frozenset({"丙"}), parties=frozenset({"王秀英"}))
    found = mediator.propose(roll, wish, past)
    assert [p.mediator.name for p in found][:2] == ["乙", "甲"]
    assert "会说苗语" in found[0].fits and "手上还有15件" in found[1].against
    assert {p.mediator.name for p in found if p.barred} == {"丙", "王秀英"}


def test_the_thirtieth_day_moves_off_a_holiday_and_the_day_after_is_too_late() -> None:
    assert last_day(date(2026, 1, 20), CALENDAR).at == date(2026, 2, 24)
    require_in_time(date(2026, 1, 20), date(2026, 2, 24), CALENDAR)
    with pytest.raises(CourtError) as late:
        require_in_time(date(2026, 1, 20), date(2026, 2, 25), CALENDAR)
    assert late.value.code == "confirmation.late"


@pytest.mark.parametrize(
    ("court", "area"),
    [
        ("重庆市云阳县人民法院", "云阳县"),
        ("四川省泸县人民法院", "泸县"),
        ("重庆市第二中级人民法院", ""),
    ],
)
def test_the_area_of_a_court(court: str, area: str) -> None:
    assert area_of(court) in {area, "重庆市"}


def test_the_court_is_competent_by_invitation_home_object_or_organisation() -> None:
    found = ties(
        court_name="重庆市云阳县人民法院",
        invited=False,
        homes=(("甲", "重庆市云阳县凤鸣镇"), ("乙", "广东省东莞市长安镇"), ("丙", "红星村3组")),
        object_place="",
        body="云阳县凤鸣镇人民调解委员会",
        body_place="云阳县凤鸣镇",
    )
    assert [(t.link, t.holds) for t in found] == [
        (Link.INVITED, False),
        (Link.HOME, True),
        (Link.HOME, False),
        (Link.HOME, None),
        (Link.OBJECT, None),
        (Link.BODY, True),
    ]


def test_instalments_sum_up_and_keep_the_day_of_the_month() -> None:
    parts = performance.instalments(100_00, date(2027, 1, 31), 3)
    assert [fen for fen, _ in parts] == [33_33, 33_33, 33_34]
    assert [day for _, day in parts] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def test_after_a_default_the_ways_depend_on_what_was_confirmed_and_when() -> None:
    facts = {"served": True, "confirmable": True, "last_day": date(2026, 12, 22), "by_court": False}
    early = follow_up.after_default(confirmed=False, today=date(2026, 12, 1), **facts)  # type: ignore[arg-type]
    assert [(one.remedy, one.open) for one in early][:3] == [
        ("confirm", True),
        ("sue", True),
        ("enforce", False),
    ]
    late = follow_up.after_default(confirmed=False, today=date(2027, 1, 5), **facts)  # type: ignore[arg-type]
    assert not late[0].open and "超过三十日" in late[0].reason
    firm = follow_up.after_default(confirmed=True, today=date(2027, 1, 5), **facts)  # type: ignore[arg-type]
    assert firm[0].remedy == "enforce" and firm[0].open
