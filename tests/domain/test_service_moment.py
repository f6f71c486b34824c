"""The moment of service: every rule of the table is reached by facts, and no fact serves what the law does not let it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from court.domain.numbers import COURT_ZONE
from court.domain.paper import PaperKind
from court.domain.service import Attempt, Nature, Served, ServiceMethod, ServiceState, nature
from court.domain.service_case import Agreed, Case, Circumstances, last_day
from court.domain.service_fact import AddressBasis, Fact, FactKind, Relation, ReturnReason
from court.domain.service_moment import first, judge, overall
from court.domain.service_rules import RULES

F, M = FactKind, ServiceMethod
T0 = datetime(2026, 11, 22, 10, 0, tzinfo=COURT_ZONE)
YES = Circumstances(agreed=Agreed.YES)
IN_PERSON = Circumstances(nature=Nature.MEDIATION, agreed=Agreed.YES)
UNIT = Circumstances(organisation=True)
KNOWN = AddressBasis.KNOWN


def _at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def _fact(kind: FactKind, hours: float = 1, **more: object) -> Fact:
    return Fact(kind=kind, at=_at(hours), **more)  # type: ignore[arg-type]


def _attempt(method: ServiceMethod, *facts: Fact, basis: AddressBasis = AddressBasis.CONFIRMED) -> Attempt:
    return Attempt(
        id="a", subject_kind="matter", subject_id="m", party_id="p", party_name="李某", batch_id="b",
        method=method, channel="", address="红星村", basis=basis, tracking="", cause="", through="",
        state=ServiceState.OPEN, facts=facts, created_at=T0, by="陈书宁",
    )  # fmt: skip


def _judged(
    attempt: Attempt, about: Circumstances = YES, *, now: datetime = T0 + timedelta(days=90)
) -> Served:
    return judge(Case(attempt=attempt, about=about, now=now), "paper")


POST_BACK = {"reason": ReturnReason.WRONG_ADDRESS}
# (rule or "" while it is open, method, facts, circumstances, basis of the address)
CASES: tuple[tuple[str, ServiceMethod, tuple[Fact, ...], Circumstances, AddressBasis], ...] = (
    ("signed", M.DIRECT, (_fact(F.SIGNED),), YES, KNOWN),
    ("signed_for", M.DIRECT, (_fact(F.SIGNED, relation=Relation.FAMILY, receiver="李妻"),), YES, KNOWN),
    ("signed_for", M.DIRECT, (_fact(F.SIGNED, relation=Relation.MAIL_ROOM, receiver="门卫"),), UNIT, KNOWN),
    ("signed_for", M.DIRECT, (_fact(F.SIGNED, relation=Relation.DESIGNATED, receiver="儿"),), IN_PERSON, KNOWN),
    ("signed_by_other", M.DIRECT, (_fact(F.SIGNED, relation=Relation.OTHER, receiver="邻居"),), YES, KNOWN),
    ("signed_by_other", M.DIRECT, (_fact(F.SIGNED, relation=Relation.FAMILY, receiver="妻"),), UNIT, KNOWN),
    ("signed_by_other", M.DIRECT, (_fact(F.SIGNED, relation=Relation.FAMILY, receiver="妻"),), IN_PERSON, KNOWN),
    (
        "signed_by_other", M.POST, (_fact(F.SIGNED, relation=Relation.FAMILY, receiver="王秀英"),),
        replace(YES, opponents=frozenset({"王秀英"})), KNOWN,
    ),
    ("refused_at_court", M.DIRECT, (_fact(F.REFUSED_AT_COURT),), YES, KNOWN),
    ("refused_at_judgment", M.DIRECT, (_fact(F.REFUSED_AT_COURT),), Circumstances(nature=Nature.JUDGMENT), KNOWN),
    ("refused_in_person", M.DIRECT, (_fact(F.REFUSED_AT_COURT),), IN_PERSON, KNOWN),
    ("refused_filmed", M.DIRECT, (_fact(F.REFUSED_FILMED, proof_sha256="f"),), YES, KNOWN),
    ("not_filmed", M.DIRECT, (_fact(F.REFUSED_FILMED),), YES, KNOWN),
    ("not_filmed", M.DIRECT, (_fact(F.REFUSED_FILMED, proof_sha256="f"),), IN_PERSON, KNOWN),
    ("refused", M.DIRECT, (_fact(F.REFUSED),), YES, KNOWN),
    ("absent", M.DIRECT, (_fact(F.ABSENT),), YES, KNOWN),
    ("signed", M.DIRECT, (_fact(F.ABSENT), _fact(F.SIGNED, 30)), YES, KNOWN),
    ("", M.DIRECT, (), YES, KNOWN),
    ("left", M.LEFT, (_fact(F.LEFT_WITNESSED, witness="村支书", words="拒收"),), YES, KNOWN),
    ("left_not_proved", M.LEFT, (_fact(F.LEFT_WITNESSED, witness="村支书"),), YES, KNOWN),
    ("left_not_proved", M.LEFT, (_fact(F.LEFT_WITNESSED, witness="村支书", words="拒收"),), IN_PERSON, KNOWN),
    ("left_filmed", M.LEFT, (_fact(F.LEFT_FILMED, proof_sha256="f"),), YES, KNOWN),
    ("left_not_filmed", M.LEFT, (_fact(F.LEFT_FILMED),), YES, KNOWN),
    ("post_signed", M.POST, (_fact(F.SENT), _fact(F.SIGNED, 50)), YES, KNOWN),
    ("", M.POST, (_fact(F.SENT),), YES, KNOWN),
    ("post_returned", M.POST, (_fact(F.RETURNED, **POST_BACK),), YES, AddressBasis.CONFIRMED),
    ("post_returned", M.POST, (_fact(F.RETURNED, **POST_BACK),), YES, AddressBasis.REGISTERED),
    ("post_returned", M.POST, (_fact(F.RETURNED, reason=ReturnReason.REFUSED),), YES, KNOWN),
    ("post_back", M.POST, (_fact(F.RETURNED, **POST_BACK),), YES, KNOWN),
    ("post_back", M.POST, (_fact(F.RETURNED, **POST_BACK),), IN_PERSON, AddressBasis.CONFIRMED),
    ("post_back", M.POST, (_fact(F.RETURNED, reason=ReturnReason.NOBODY),), YES, AddressBasis.CONFIRMED),
    (
        "no_fault", M.POST, (_fact(F.RETURNED, **POST_BACK), _fact(F.REBUTTED, 9)), YES,
        AddressBasis.CONFIRMED,
    ),
    ("forwarded", M.ENTRUSTED, (_fact(F.SENT), _fact(F.SIGNED, 70)), YES, KNOWN),
    ("forwarded", M.FORWARDED, (_fact(F.SIGNED),), YES, KNOWN),
    ("arrived", M.ELECTRONIC, (_fact(F.SUBMITTED), _fact(F.ARRIVED, 2), _fact(F.OPENED, 9)), YES, AddressBasis.CONFIRMED),
    ("delivered", M.ELECTRONIC, (_fact(F.DELIVERED),), YES, AddressBasis.PLEADING),
    ("bounced", M.ELECTRONIC, (_fact(F.DELIVERED), _fact(F.BOUNCED, 2)), YES, AddressBasis.CONFIRMED),
    ("proved", M.ELECTRONIC, (_fact(F.DELIVERED), _fact(F.PROVED, 40)), YES, AddressBasis.CONFIRMED),
    ("opened", M.ELECTRONIC, (_fact(F.OPENED),), YES, AddressBasis.CONFIRMED),
    ("read", M.ELECTRONIC, (_fact(F.ARRIVED), _fact(F.OPENED, 3)), YES, KNOWN),
    ("rebutted", M.ELECTRONIC, (_fact(F.OPENED), _fact(F.REBUTTED, 3)), YES, KNOWN),
    ("replied", M.ELECTRONIC, (_fact(F.ARRIVED), _fact(F.REPLIED, 3)), YES, KNOWN),
    ("acted", M.ELECTRONIC, (_fact(F.ACTED),), Circumstances(agreed=Agreed.SILENT), KNOWN),
    ("", M.ELECTRONIC, (_fact(F.ARRIVED), _fact(F.REPLIED)), Circumstances(agreed=Agreed.NO), AddressBasis.CONFIRMED),
    ("", M.ELECTRONIC, (_fact(F.ARRIVED),), YES, KNOWN),
    ("", M.ELECTRONIC, (_fact(F.ARRIVED), _fact(F.OPENED)), Circumstances(), AddressBasis.CONFIRMED),
    ("announced", M.ANNOUNCED, (_fact(F.PUBLISHED),), YES, KNOWN),
    ("", M.ANNOUNCED, (_fact(F.PUBLISHED),), IN_PERSON, KNOWN),
)  # fmt: skip


@pytest.mark.parametrize(("code", "method", "facts", "about", "basis"), CASES)
def test_the_facts_of_an_attempt_lead_to_their_rule(
    code: str, method: ServiceMethod, facts: tuple[Fact, ...], about: Circumstances, basis: AddressBasis
) -> None:
    found = _judged(_attempt(method, *facts, basis=basis), about)
    assert found.rule == code
    if found.state is ServiceState.SERVED:
        assert found.served_at is not None and "第" in found.ground and not found.next_step
    else:
        assert found.served_at is None and found.next_step.endswith("。")


def test_every_rule_of_the_table_is_tried() -> None:
    assert {code for code, *_ in CASES} - {""} == {rule.code for rule in RULES}


def test_the_moment_is_the_earliest_that_counts_and_what_the_recipient_proves_goes_before_the_system() -> (
    None
):
    read = (_fact(F.ARRIVED, 2), _fact(F.OPENED, 9))
    assert _judged(_attempt(M.ELECTRONIC, *read)).served_at == _at(2)
    unconfirmed = _judged(_attempt(M.ELECTRONIC, *read, basis=KNOWN))
    assert (unconfirmed.served_at, unconfirmed.presumed) == (_at(9), True)
    proved = _judged(_attempt(M.ELECTRONIC, *read, _fact(F.PROVED, 40)))
    assert proved.served_at == _at(40)
    by_post = _judged(_attempt(M.POST, _fact(F.SIGNED, 5)))
    assert first([proved, by_post, unconfirmed]) == by_post
    assert first([Served(paper_id="paper")]) is None


def test_thirty_days_are_counted_from_the_last_posting_and_end_with_their_last_day() -> None:
    posted = _attempt(M.ANNOUNCED, _fact(F.PUBLISHED, 0), _fact(F.PUBLISHED, 24))
    last = datetime(2026, 12, 23, 23, 59, 59, tzinfo=COURT_ZONE)
    assert _judged(posted, now=last).state is ServiceState.OPEN
    assert "2026年12月23日" in _judged(posted, now=last).next_step
    after = _judged(posted, now=last + timedelta(seconds=1))
    assert (after.state, after.served_at) == (ServiceState.SERVED, last)
    holiday = _attempt(M.ANNOUNCED, _fact(F.PUBLISHED, 24, until=date(2026, 12, 25)))
    assert _judged(holiday, now=last + timedelta(seconds=1)).state is ServiceState.OPEN


def test_an_announcement_that_ends_on_a_day_off_ends_with_the_next_worked_day() -> None:
    """民诉法 85 by the notice of holidays: 2026-09-03 and thirty days is the National Day's week, worked again on the 8th."""
    posted = Fact(kind=F.PUBLISHED, at=datetime(2026, 9, 3, 9, tzinfo=COURT_ZONE))
    assert last_day(posted) == date(2026, 10, 8)
    # 2026-10-24 is a Saturday nobody works; the 10th of October is one that is worked in exchange.
    assert last_day(replace(posted, at=datetime(2026, 9, 24, 9, tzinfo=COURT_ZONE))) == date(2026, 10, 26)
    assert last_day(replace(posted, at=datetime(2026, 9, 10, 9, tzinfo=COURT_ZONE))) == date(2026, 10, 10)


def test_papers_of_a_committee_and_of_petitions_follow_the_articles_by_analogy() -> None:
    signed = _attempt(M.DIRECT, _fact(F.SIGNED))
    assert "参照" in _judged(signed, Circumstances(analogy=True)).ground
    assert "参照" not in _judged(signed).ground
    assert nature(PaperKind.AGREEMENT, "matter") is Nature.MEDIATION
    assert nature(PaperKind.RULING, "matter") is Nature.JUDGMENT
    assert nature(PaperKind.PETITION_OPINION, "petition") is Nature.OUTSIDE


def test_an_attempt_is_served_when_all_its_papers_are() -> None:
    states = (ServiceState.SERVED, ServiceState.OPEN, ServiceState.FAILED)
    served, open_, failed = (Served(paper_id="x", state=state) for state in states)
    assert overall([served, served]) is ServiceState.SERVED
    assert overall([served, open_]) is ServiceState.OPEN
    assert overall([served, failed]) is ServiceState.FAILED
