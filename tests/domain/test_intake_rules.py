"""Rules that look at who comes and what is told: likeness, risk, triage, conflicts, online sessions, temporary identity."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from court.domain import conflicts, suitability, temporary
from court.domain.calendar import working_calendar
from court.domain.causes import causes, narrower
from court.domain.chinese import in_words, typed_sum
from court.domain.conflicts import Holder, Part
from court.domain.errors import CourtError
from court.domain.fees import Procedure
from court.domain.hearing import HearingKind, IdentityMethod
from court.domain.likeness import Degree, Dispute, Person, same_matter, same_person
from court.domain.matter import IdKind
from court.domain.risk import Told, flags
from court.domain.suitability import Apart, Attending, BenchPlace, Plan, Unfit
from court.domain.temporary import TABLE, Act
from court.domain.triage import Arrived, Way, advise

DAY = date(2026, 11, 22)
WANG = Person(
    id="1", name="王秀英", id_number="11010519491231002X", phone="13812345678", address="凤鸣镇黎明村3组"
)
ZHANG = Person(id="2", name="张大贵", address="凤鸣镇黎明村5组")


# Amounts


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("3万", "30000"),
        ("３万", "30000"),
        ("1.5万元", "15000"),
        ("3万5", "35000"),
        ("3万5千元", "35000"),
        ("三万五", "35000"),
        ("1,200.50", "1200.50"),
        ("1，200元", "1200"),
        ("￥800", "800"),
        ("人民币3,000元整", "3000"),
        ("叁万元整", "30000"),
        ("壹仟贰佰元伍角", "1200.5"),
        ("5000块", "5000"),
        (" 30 000 ", "30000"),
    ],
)
def test_a_sum_is_understood_as_people_write_it(typed: str, yuan: str) -> None:
    assert typed_sum(typed) == Decimal(yuan)


@pytest.mark.parametrize(
    "typed", ["", "-3", "约3万", "12,34", "1e5", "1_000", "3.005", "三个月", "3万或者5万", "=1+1", "9" * 41]
)
def test_what_is_no_sum_is_not_guessed(typed: str) -> None:
    assert typed_sum(typed) is None


@given(st.integers(1, 10**12))
@settings(max_examples=200, deadline=None)
def test_every_sum_reads_back_from_figures_and_from_words(fen: int) -> None:
    assert typed_sum(f"{Decimal(fen) / 100:,.2f}") == Decimal(fen) / 100
    assert typed_sum(in_words(fen)) == Decimal(fen) / 100 or fen < 100


# Causes


def test_the_most_specific_level_is_offered() -> None:
    assert {one.code for one in narrower("24", DAY)} == {"24(1)"}
    assert {one.code for one in narrower("55", DAY)} == {"55(1)", "55(2)", "55(3)", "55(5)", "55(7)"}
    assert narrower("55(2)", DAY) == () == narrower("999", DAY)


def test_a_cause_is_known_only_from_the_day_it_is_in_force() -> None:
    assert causes(date(2025, 12, 31)) == {}
    assert len(causes(date(2026, 1, 1))) == 74


# The same person, the same matter


def test_two_numbers_decide_and_a_name_alone_only_hints() -> None:
    assert same_person(WANG, replace(WANG, name="王秀瑛", phone="")).degree is Degree.CERTAIN  # type: ignore[union-attr]
    assert same_person(WANG, replace(WANG, id_number="50023519800229001X")) is None
    no_card = replace(WANG, id_number="")
    assert same_person(WANG, no_card).degree is Degree.LIKELY  # type: ignore[union-attr]
    assert same_person(WANG, Person(id="3", name="王秀英")).degree is Degree.POSSIBLE  # type: ignore[union-attr]
    assert same_person(WANG, replace(no_card, name="李四")) is None


def dispute(**changes: object) -> Dispute:
    made = Dispute(
        id="a",
        number="纠〔2026〕000001号",
        cause_code="55(2)",
        cause_name="相邻通行纠纷",
        registered_on=DAY,
        ended=False,
        applicants=(WANG,),
        respondents=(ZHANG,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_same_people_about_the_same_thing_are_told_with_reasons() -> None:
    found = same_matter(dispute(), dispute(id="b", registered_on=date(2026, 9, 1)))
    assert found is not None and found.degree is Degree.LIKELY
    assert any("案由相同" in one for one in found.reasons) and any("82天" in one for one in found.reasons)
    named = Person(id="8", name="张大贵")
    hint = same_matter(dispute(respondents=(named,)), dispute(id="b"))
    assert hint is not None and hint.degree is Degree.POSSIBLE  # the other side is known by the name alone


def test_exchanged_sides_are_noticed_and_old_matters_are_not() -> None:
    turned = same_matter(dispute(), dispute(id="b", applicants=(ZHANG,), respondents=(WANG,)))
    assert turned is not None and "是前案的被申请人" in turned.reasons[0]
    assert same_matter(dispute(), dispute(id="b", registered_on=date(2024, 1, 1))) is None
    assert same_matter(dispute(), dispute(id="b", respondents=(Person(id="9", name="别人"),))) is None


def test_a_divorce_within_half_a_year_names_the_bar() -> None:
    now = dispute(cause_code="14", cause_name="离婚纠纷")
    before = replace(now, id="b", ended=True, registered_on=date(2026, 8, 1))
    assert "第一百二十七条" in "".join(same_matter(now, before).reasons)  # type: ignore[union-attr]
    assert "第一百二十七条" not in "".join(
        same_matter(now, replace(before, registered_on=date(2026, 1, 1))).reasons
    )  # type: ignore[union-attr]


# Risks


def told(text: str, **changes: object) -> Told:
    made = Told(text=text, cause_code="108(3)", born=(), sizes=(1, 1), registered_on=DAY)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("他喝了酒就打我，还拿刀。", "violence"),
        ("再不给钱我就喝农药，不想活了。", "self_harm"),
        ("娃儿今年七岁，读小学生一年级。", "minors"),
        ("我们全村三十多户都没拿到。", "group"),
        ("老人耳朵听不见，也不识字。", "vulnerable"),
    ],
)
def test_a_flag_shows_the_words_it_was_seen_in(text: str, code: str) -> None:
    found = {one.code: one for one in flags(told(text), working_calendar())}
    assert code in found and "写到“" in found[code].seen[0] and found[code].advice


def test_quiet_words_raise_nothing() -> None:
    assert (
        flags(told("2026年3月1日借了三万元，说好年底还。打了借条，打电话他不接。"), working_calendar()) == ()
    )


def test_ages_and_numbers_of_people_are_facts_of_their_own() -> None:
    found = flags(told("没有。", born=(("张小明", date(2015, 1, 1)),), sizes=(6, 1)), working_calendar())
    assert [one.code for one in found] == ["minors", "group"]
    assert found[0].seen == ("张小明未满十八周岁（11岁）。",)


@pytest.mark.parametrize(
    ("day", "name"),
    [("2023年12月20日", "诉讼时效快到期"), ("2022年1月5日", "诉讼时效可能已过"), ("2025年1月5日", "")],
)
def test_a_limitation_near_its_end_is_reckoned_and_explained(day: str, name: str) -> None:
    found = flags(told(f"{day}他说还钱，一直没还。"), working_calendar())
    assert [one.name for one in found] == ([name] if name else [])
    if name:
        assert len(found[0].seen) > 2 and "民法典第一百八十八条" in "".join(found[0].seen)


def test_support_and_neighbours_have_no_limitation() -> None:
    assert flags(told("2020年1月5日起不给生活费。", cause_code="24(1)"), working_calendar()) == ()


# Triage


def arrived(code: str, **changes: object) -> Arrived:
    made = Arrived(
        cause_code=code, levels=causes(DAY)[code].levels, willing=True, small=False, risks=frozenset()
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "way", "must"),
    [
        ("14", Way.MEDIATION, True),
        ("29", Way.MEDIATION, True),
        ("144", Way.MEDIATION, True),
        ("411", Way.MEDIATION, True),
        ("55(2)", Way.MEDIATION, True),
        ("68", Way.MEDIATION, True),
        ("132", Way.MEDIATION, True),
        ("108(3)", Way.MEDIATION, False),
        ("205(5)", Way.MEDIATION, False),
        ("448", Way.CONFIRMATION, True),
        ("481", Way.FILING, True),
        ("458", Way.FILING, True),
        ("455", Way.FILING, True),
    ],
)
def test_the_first_way_of_each_kind_of_dispute(code: str, way: Way, must: bool) -> None:
    found = advise(arrived(code))
    assert (found.way, found.must) == (way, must)
    assert all(reason.text and reason.basis for reason in found.reasons)


def test_nobody_is_made_to_mediate_and_violence_comes_first() -> None:
    assert advise(arrived("55(2)", willing=False)).way is Way.FILING
    hurt = advise(arrived("14", risks=frozenset({"violence"})))
    assert hurt.way is Way.FILING and Way.MEDIATION in {way for way, _ in hurt.against}
    assert advise(arrived("448", willing=False)).way is Way.CONFIRMATION
    assert advise(arrived("108(3)", small=True)).must


@given(st.sampled_from(sorted(causes(DAY))), st.sampled_from([None, True, False]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_dispute_gets_one_way_with_reasons(code: str, willing: bool | None, small: bool) -> None:
    found = advise(arrived(code, willing=willing, small=small))
    assert found.reasons and len(set(found.reasons)) == len(found.reasons)


# Conflicts of role


@pytest.mark.parametrize(("one", "other"), list(product(Part, Part)))
def test_every_pair_of_parts_is_refused_or_allowed_by_the_table(one: Part, other: Part) -> None:
    held = (Holder(part=one, name="王一", key="id:1"), Holder(part=other, name="王一", key="id:1"))
    refused = one is not other and frozenset({one, other}) in conflicts.TABLE
    assert bool(conflicts.conflicts(held)) is refused


def test_a_mediator_may_not_come_back_as_judge_agent_witness_or_interpreter() -> None:
    for part in (Part.JUDGE, Part.AGENT, Part.WITNESS, Part.INTERPRETER):
        with pytest.raises(CourtError, match=r"特邀调解规定第十六条|调解与审判分离"):
            conflicts.require(
                (
                    Holder(part=Part.MEDIATOR, name="李明", key="account:7"),
                    Holder(part=part, name="李明", key="account:7"),
                )
            )


def test_a_namesake_has_to_be_looked_at_by_a_person() -> None:
    held = (Holder(part=Part.MEDIATOR, name="李明", key="account:7"), Holder(part=Part.WITNESS, name="李明"))
    with pytest.raises(CourtError) as refused:
        conflicts.require(held)
    assert refused.value.code == "conflict.same_name"
    conflicts.require(held, namesakes=True)
    with pytest.raises(CourtError):
        conflicts.require(
            (
                Holder(part=Part.APPLICANT, name="a", key="id:1"),
                Holder(part=Part.RESPONDENT, name="b", key="id:1"),
            ),
            namesakes=True,
        )


# Online sessions


def plan(**changes: object) -> Plan:
    made = Plan(
        kind=HearingKind.TRIAL,
        people=(
            Attending(name="王秀英", place="vehicle", said=True),
            Attending(name="张大贵", place="remote", said=True),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("unfit", list(Unfit))
def test_each_case_of_article_21_forbids_a_trial_online_and_no_mediation(unfit: Unfit) -> None:
    with pytest.raises(CourtError, match="第二十一条"):
        suitability.require(plan(unfit=frozenset({unfit})))
    suitability.require(plan(unfit=frozenset({unfit}), kind=HearingKind.MEDIATION))
    here = tuple(replace(one, place="vehicle") for one in plan().people)
    suitability.require(plan(unfit=frozenset({unfit}), people=here, bench=BenchPlace.VEHICLE))


def test_who_refused_sits_beside_the_judge_and_the_others_may_stay_online() -> None:
    people = (
        Attending(name="王秀英", place="vehicle", said=False),
        Attending(name="张大贵", place="remote", said=True),
    )
    with pytest.raises(CourtError, match="王秀英不愿意"):
        suitability.require(plan(people=people))
    suitability.require(plan(people=people, bench=BenchPlace.VEHICLE))
    suitability.require(plan(people=(replace(people[0], place="court"), people[1])))


def test_all_refusing_is_noticed_without_a_tick() -> None:
    people = tuple(replace(one, said=False) for one in plan().people)
    assert {one.code for one in suitability.obstacles(plan(people=people))} >= {"unfit.all_refuse", "apart"}


def test_another_place_asks_for_the_presidents_leave() -> None:
    with pytest.raises(CourtError, match="院长同意"):
        suitability.require(plan(bench=BenchPlace.ELSEWHERE))
    suitability.require(plan(bench=BenchPlace.ELSEWHERE, approval="2026年11月20日，渝0235院批〔2026〕3号"))


def test_a_trial_at_different_times_needs_all_of_article_20() -> None:
    full = Apart(
        trial=True,
        procedure=Procedure.SMALL,
        all_agree=True,
        hard_together=True,
        asked_in_writing=True,
        undisputed=True,
    )
    assert suitability.apart_faults(full) == ()
    for name in ("all_agree", "hard_together", "asked_in_writing", "undisputed"):
        assert len(suitability.apart_faults(replace(full, **{name: False}))) == 1
    assert suitability.apart_faults(replace(full, procedure=Procedure.ORDINARY))
    assert suitability.apart_faults(Apart(trial=False, procedure=Procedure.ORDINARY, all_agree=True)) == ()


# Temporary identity


@pytest.mark.parametrize(("act", "kind", "method"), list(product(Act, IdKind, [None, *IdentityMethod])))
def test_who_has_no_card_may_do_what_the_table_says(
    act: Act, kind: IdKind, method: IdentityMethod | None
) -> None:
    unknown = kind is IdKind.TEMPORARY and method in {None, IdentityMethod.TEMPORARY}
    if unknown and not TABLE[act].allowed:
        with pytest.raises(CourtError) as refused:
            temporary.require(act, name="李有田", kind=kind, method=method)
        assert TABLE[act].mend in refused.value.text
    else:
        temporary.require(act, name="李有田", kind=kind, method=method)
