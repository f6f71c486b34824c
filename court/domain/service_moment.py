"""The moment of service (送达时间): which rule decides for a paper, an attempt, and among several attempts.

`now` is passed in; the rules are service_rules'."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from court.domain.calendar import working_calendar
from court.domain.service import Served, ServiceMethod, ServiceState
from court.domain.service_case import Case, Rule, last_day
from court.domain.service_fact import RELATION_NAMES, RETURN_NAMES, Fact, FactKind
from court.domain.service_rules import RULES

# What is waited for, or to be done next, while no rule has decided: by method and by what has happened.
_WAITING: tuple[tuple[ServiceMethod, FactKind | None, str], ...] = (
    (ServiceMethod.DIRECT, None, "请当面交给受送达人，在送达回证上签名后记下结果。"),
    (ServiceMethod.LEFT, None, "请把文书留在住所，记下拒收事由和见证人，或者上传照片、录像截图。"),
    (ServiceMethod.POST, FactKind.SENT, "已交邮，等邮件回执；收到后记下签收日期，退回的记下退回日期和原因。"),
    (ServiceMethod.POST, None, "请以法院专递寄出，记下寄出时间。"),
    (ServiceMethod.ENTRUSTED, FactKind.SENT, "已发委托函，等受托法院寄回送达回证。"),
    (ServiceMethod.ENTRUSTED, None, "请发出委托函和文书，记下发出时间。"),
    (ServiceMethod.FORWARDED, FactKind.SENT, "已交转交单位，等寄回送达回证。"),
    (ServiceMethod.FORWARDED, None, "请把文书交转交单位，记下交出时间。"),
    (ServiceMethod.ANNOUNCED, None, "请张贴或者刊登公告，记下日期；分几处发出的，以最后一次为准。"),
    (ServiceMethod.ELECTRONIC, FactKind.PROVED, "已记下受送达人证明的时间。"),
    (
        ServiceMethod.ELECTRONIC,
        FactKind.ARRIVED,
        "已到达，但地址没有经本人提供或者确认：要等他打开、回复收悉，或者改用别的方式。",
    ),
    (
        ServiceMethod.ELECTRONIC,
        FactKind.DELIVERED,
        "已发送，但地址没有经本人提供或者确认：要等他打开、回复收悉，或者改用别的方式。",
    ),
    (
        ServiceMethod.ELECTRONIC,
        FactKind.OPENED,
        "已打开，但没有同意电子送达的记录：请问明意愿，或者改用别的方式。",
    ),
    (ServiceMethod.ELECTRONIC, FactKind.SUBMITTED, "已交短信通道，等到达回执。"),
    (ServiceMethod.ELECTRONIC, None, "等待发送。"),
)


def waiting(case: Case) -> str:
    """The next step of an attempt that nothing has decided."""
    latest = case.attempt.last(FactKind.PUBLISHED)
    if case.attempt.method is ServiceMethod.ANNOUNCED and latest:
        ends = last_day(latest)
        told = (
            "遇法定休假日已经顺延" if working_calendar().known(ends) else "当年放假安排公布后再核对是否顺延"
        )
        return f"公告期到{day_cn(ends)}届满（{told}）。"
    for method, kind, words in _WAITING:
        if method is case.attempt.method and (kind is None or case.attempt.fact(kind)):
            return words
    raise AssertionError(case.attempt.method)


def judge(case: Case, paper_id: str) -> Served:
    """How this paper stands by this attempt alone."""
    about_it = tuple(fact for fact in case.attempt.facts if fact.paper_id in {"", paper_id})
    case = replace(case, attempt=replace(case.attempt, facts=about_it))
    found = [
        (rule, fact)
        for fact in sorted(case.attempt.facts, key=lambda f: f.at)
        for rule in RULES
        if case.attempt.method in rule.methods and rule.fact is fact.kind and rule.test(case, fact)
    ]
    serving = [pair for pair in found if pair[0].effect is ServiceState.SERVED]
    if serving:
        rule, fact = min(serving, key=lambda pair: pair[0].at(case, pair[1]))
        return Served(
            paper_id=paper_id,
            state=ServiceState.SERVED,
            served_at=rule.at(case, fact),
            presumed=rule.presumed,
            rule=rule.code,
            ground=_ground(case, rule, fact),
        )
    latest = max(
        (f for f in case.attempt.facts if f.kind is not FactKind.PAPER_ASKED),
        key=lambda f: f.at,
        default=None,
    )
    for rule, fact in found:
        if fact is latest:
            return Served(
                paper_id=paper_id,
                state=ServiceState.FAILED,
                rule=rule.code,
                ground=_ground(case, rule, fact),
                next_step=rule.then,
            )
    return Served(paper_id=paper_id, next_step=waiting(case))


def first(found: Iterable[Served]) -> Served | None:
    """Of several attempts for one paper the earliest valid service (在线诉讼规则 31 last paragraph); a certain one goes
    before a presumption of the same moment. None while there is none."""
    served = [one for one in found if one.state is ServiceState.SERVED and one.served_at]
    return min(served, key=lambda one: (one.served_at, one.presumed), default=None)


def overall(found: Iterable[Served]) -> ServiceState:
    """The state of an attempt from its papers': served when all are, failed when nothing is open and one failed."""
    states = {one.state for one in found}
    if states == {ServiceState.SERVED}:
        return ServiceState.SERVED
    return ServiceState.OPEN if ServiceState.OPEN in states or not states else ServiceState.FAILED


def _ground(case: Case, rule: Rule, fact: Fact) -> str:
    """Why, with the articles."""
    words = rule.why.format(
        relation=RELATION_NAMES[fact.relation],
        receiver=fact.receiver,
        witness=fact.witness,
        reason=RETURN_NAMES[fact.reason] if fact.reason else "没有写明原因",
        day=day_cn(last_day(fact)) if fact.kind is FactKind.PUBLISHED else "",
    )
    return f"{words}（{'参照' if case.about.analogy else ''}{'、'.join(rule.articles)}）"


def day_cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
