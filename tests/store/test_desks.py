"""Lists of the desks: read from indexes alone, page by page, and nothing in them that their reader does not see."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from court.domain import finding
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.matter import PROTECTED_NAME, MatterState
from court.store import tables as t
from court.store.database import Database, Read, Tx
from court.store.views import desk as view
from court.store.views.desk import NEVER, DeskQuery, desk_count, desk_page
from court.store.views.history import history
from court.store.views.worklist import petition_count, petition_page, worklist

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ROLES = (Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.OFFICER, Role.REGISTRAR, Role.PRESIDENT)
QUERIES = {
    "todo": DeskQuery(),
    "second page": DeskQuery(after=(NOW, "0" * 36)),
    "mine": DeskQuery(whose="mine"),
    "free": DeskQuery(whose="free"),
    "of a state": DeskQuery(state=MatterState.FAILED),
    "of a cause": DeskQuery(cause="55(2)"),
    "overdue": DeskQuery(lamp="over"),
    "due soon": DeskQuery(lamp="soon"),
    "done": DeskQuery(done=True),
    "done, second page": DeskQuery(done=True, after=(NOW, "0" * 36)),
    "name": DeskQuery(typed="王秀英"),
    "initials and village": DeskQuery(typed="wxy 群益村"),
    "cause": DeskQuery(typed="通行"),
    "name and cause": DeskQuery(typed="王秀英 通行"),
}


def person(role: Role, account: str = "") -> Actor:
    return Actor(kind=ActorKind.STAFF, id=account or f"{role.value:0<36}"[:36], role=role, name="某人")


def account(tx: Tx, role: Role) -> str:
    made = new_id()
    row = {
        "id": made,
        "login": made[-12:],
        "name": "李正言",
        "role": role,
        "password_hash": "",
        "totp_secret": "",
    }
    tx.conn.execute(
        t.account.insert().values(**row, totp_last_step=0, one_time=False, disabled=False, created_at=NOW)
    )
    return made


def matter(tx: Tx, number: int, names: tuple[str, ...] = ("王秀英", "李强"), **columns: Any) -> str:
    made = new_id()
    row = {
        "id": made, "number": f"纠〔2026〕{number:06d}号", "query_code": f"{number:010d}", "state": "registered",
        "cause_code": "55(2)", "cause_name": "相邻通行纠纷", "personal_status": False, "facts": "", "request": "",
        "place": "双江镇群益村", "receipt_note": "", "signature_sha256": "", "rev": 1,
        "created_at": NOW, "updated_at": NOW + timedelta(minutes=number), "next_due": NEVER, "due_act": "",
        "restricted": False,
    } | columns  # fmt: skip
    tx.conn.execute(t.matter.insert().values(row))
    for position, name in enumerate(names):
        side = ("applicant", "respondent")[position % 2]
        facts = {"id_kind": "unknown", "id_number": "", "phone": "13800001234", "address": "", "gender": ""}
        tx.conn.execute(
            t.party.insert().values(
                id=new_id(),
                subject_id=made,
                side=side,
                position=position,
                name=name,
                ethnicity="",
                occupation="",
                protected=name.startswith("幼"),
                **facts,
            )
        )
    words = finding.terms(
        numbers=[row["number"]],
        names=[n for n in names if n[0] != "幼"],
        phones=["13800001234"],
        places=[row["place"]],
    )
    tx.conn.execute(
        t.finding.insert(), [{"subject_kind": "matter", "subject_id": made, "term": term} for term in words]
    )
    return made


@contextmanager
def statements(rx: Read) -> Iterator[list[tuple[str, Any]]]:
    """Every statement the database is asked, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(rx.conn, "before_cursor_execute", note)
    yield asked
    event.remove(rx.conn, "before_cursor_execute", note)


# Whole reading that is none: the rows of a subquery that one index and a limit made small.
_SMALL = re.compile(r"SCAN (candidate|anon_\d+|\(subquery|CONSTANT ROW)")


def walked_whole(rx: Read, read: Callable[[], object]) -> list[str]:
    """Tables that a call reads from end to end, or sorts without a limit, as the database itself plans it."""
    with statements(rx) as asked:
        read()
    lite = rx.conn.dialect.name == "sqlite"
    found = []
    for statement, values in asked:
        explained = f"EXPLAIN QUERY PLAN {statement}" if lite else f"EXPLAIN {statement}"
        lines = [str(row[-1]) for row in rx.conn.exec_driver_sql(explained, values)]
        whole = re.compile(
            r"^SCAN (?!.*USING (COVERING )?INDEX ix_\w+_(open|done|free))" if lite else r"Seq Scan on \w+"
        )
        found += [line for line in lines if whole.search(line) and not _SMALL.search(line)]
    return found


@pytest.mark.parametrize("role", [*ROLES, Role.PETITION_OFFICIAL])
async def test_no_list_search_or_count_reads_a_table_from_end_to_end(db: Database, role: Role) -> None:
    who = person(role)

    def look(rx: Read) -> dict[str, list[str]]:
        if rx.conn.dialect.name == "postgresql":
            # An empty table is cheapest read whole: what matters is whether an index could serve instead.
            rx.conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found = {
            name: walked_whole(rx, lambda q=query: desk_page(rx, actor=who, now=NOW, query=q))
            + walked_whole(rx, lambda q=query: desk_count(rx, actor=who, now=NOW, query=q))
            + walked_whole(rx, lambda q=query: petition_page(rx, actor=who, query=q))
            for name, query in QUERIES.items()
        }
        found["booked"] = walked_whole(rx, lambda: worklist(rx, actor=who, now=NOW))
        found["petitions"] = walked_whole(rx, lambda: petition_count(rx, actor=who))
        found["history"] = walked_whole(rx, lambda: history(rx, new_id()))
        return {name: lines for name, lines in found.items() if lines}

    assert await db.read(look) == {}


async def test_what_nobody_handles_is_read_from_its_own_index(db: Database) -> None:
    """Most matters have a mediator and no judge: an index over judges would be read nearly whole."""

    def look(rx: Read) -> str:
        with statements(rx) as asked:
            desk_page(rx, actor=person(Role.JUDGE), now=NOW, query=DeskQuery(whose="free"))
        if rx.conn.dialect.name == "postgresql":
            rx.conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
            return str(rx.conn.exec_driver_sql(f"EXPLAIN {asked[0][0]}", asked[0][1]).all())
        return str(rx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0][0]}", asked[0][1]).all())

    assert "ix_matter_free" in await db.read(look)


async def test_pages_follow_each_other_without_gap_or_repetition(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "PAGE", 4)

    def fill(tx: Tx) -> tuple[str, set[str]]:
        judge = account(tx, Role.JUDGE)
        own = {matter(tx, n, judge_id=judge, next_due=NOW + timedelta(days=n % 3)) for n in range(9)}
        free = {matter(tx, n) for n in range(10, 15)}
        matter(tx, 20, judge_id=account(tx, Role.JUDGE))
        return judge, own | free

    judge, wanted = await db.write(fill)
    who, query, seen = person(Role.JUDGE, judge), DeskQuery(), []
    while True:
        page = await db.read(desk_page, actor=who, now=NOW, query=query)
        assert len(page.rows) <= 4
        seen += [(row.due or NEVER, row.id) for row in page.rows]
        if page.after is None:
            break
        query = DeskQuery(after=page.after)
    assert seen == sorted(seen)
    assert [one for _, one in seen] == list(dict.fromkeys(one for _, one in seen))
    assert {one for _, one in seen} == wanted
    assert await db.read(desk_count, actor=who, now=NOW, query=DeskQuery()) == 14


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王秀英", True), ("秀英", True), ("wxy", True), ("WXY", True), ("1234", True), ("13800001234", True),
        ("群益", True), ("纠〔2026〕000007号", True), ("000007", True), ("通行", True), ("王秀英 通行", True),
        ("王秀英 借款", False), ("张三", False), ("9999", False), ("%", False), ("' OR 1=1 --", False), ("=1+1", False),
        ("李强" * 400, False),
    ],
)  # fmt: skip
async def test_a_matter_is_found_by_what_people_know_of_it(db: Database, typed: str, found: bool) -> None:
    made = await db.write(matter, 7)
    for role in (Role.CLERK, Role.JUDGE):
        page = await db.read(desk_page, actor=person(role), now=NOW, query=DeskQuery(typed=typed))
        assert ([row.id for row in page.rows] == [made]) == found, role


async def test_a_closed_matter_is_found_too(db: Database) -> None:
    made = await db.write(matter, 7, state="closed")
    for typed in ("王秀英", "通行"):
        page = await db.read(desk_page, actor=person(Role.CLERK), now=NOW, query=DeskQuery(typed=typed))
        assert [row.id for row in page.rows] == [made]


async def test_a_restricted_matter_is_in_no_list_search_or_count_but_of_its_people(db: Database) -> None:
    def fill(tx: Tx) -> tuple[str, str, str]:
        judge, clerk = account(tx, Role.JUDGE), account(tx, Role.CLERK)
        return judge, clerk, matter(tx, 7, judge_id=judge, clerk_id=clerk, restricted=True)

    judge, clerk, made = await db.write(fill)
    own = {judge: Role.JUDGE, clerk: Role.CLERK, "president": Role.PRESIDENT}
    others = [(role, "") for role in ROLES if role is not Role.PRESIDENT]
    for role, who in [*((role, one) for one, role in own.items()), *others]:
        actor = person(role, who)
        for query in (
            DeskQuery(),
            DeskQuery(typed="王秀英"),
            DeskQuery(typed="通行"),
            DeskQuery(cause="55(2)"),
        ):
            page = await db.read(desk_page, actor=actor, now=NOW, query=query)
            assert ([row.id for row in page.rows] == [made]) == bool(who or role is Role.PRESIDENT), (
                role,
                query,
            )
        assert await db.read(desk_count, actor=actor, now=NOW, query=DeskQuery()) == len(page.rows)


async def test_a_protected_person_is_named_in_lists_to_the_handlers_alone(db: Database) -> None:
    def fill(tx: Tx) -> tuple[str, str]:
        clerk = account(tx, Role.CLERK)
        return clerk, matter(tx, 7, names=("幼小红", "李强"), clerk_id=clerk)

    clerk, _ = await db.write(fill)
    for actor, named in ((person(Role.CLERK, clerk), True), (person(Role.OFFICER), False)):
        [row] = (await db.read(desk_page, actor=actor, now=NOW, query=DeskQuery())).rows
        assert ("幼小红" in row.people, PROTECTED_NAME in row.people) == (named, not named)
