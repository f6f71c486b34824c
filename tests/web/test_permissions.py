"""Every route, every role, every relation: who enters is no more than the table says, and to strangers nothing exists."""

import re
import uuid
from dataclasses import dataclass

import pytest
import pytest_asyncio

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, ActorKind, Role
from court.services import shielding
from court.store.tables import journal
from court.web.access import STAFF_ROLES, Guard, ObserverPass, SeatPass, Visitor, guard_of
from tests.web import steps
from tests.web.desk_court import Court, Person
from tests.web.relations import To, row_of

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOBODY = Visitor()
HOLE = re.compile(r"\{(\w+)(?::[^}]*)?\}")
# Of holes that are no ids: a value that the route knows.
WORDS = {
    "about": "matters",
    "verb": "close",
    "kind": "xlsx",
    "part": "still",
    "n": "1",
    "page": "1",
    "index": "0",
}


def routes(court: Court) -> list[tuple[str, str, Guard]]:
    """(method, address with holes, guard) of every route of ours."""
    found = []
    for route in court.application.router.routes():
        guard = guard_of(route.handler)
        if guard and route.resource and route.method in {"GET", "POST", "PUT", "DELETE"}:
            declared = getattr(route.resource, "_formatter", route.resource.canonical)
            found.append((route.method, declared, guard))
    return found


def visitors() -> dict[str, Visitor]:
    """Every kind of caller, each with one session."""

    def actor(kind: ActorKind, role: Role) -> Actor:
        return Actor(kind=kind, id=str(uuid.uuid4()), role=role, name="某人")

    seat = SeatPass(actor=actor(ActorKind.SEAT, Role.PARTY), hearing_id="h", seat_id="s")
    watching = ObserverPass(actor=actor(ActorKind.SEAT, Role.PUBLIC), hearing_id="h", place="")
    return {
        **{role.value: Visitor(staff=actor(ActorKind.STAFF, role)) for role in STAFF_ROLES},
        "terminal": Visitor(terminal=actor(ActorKind.TERMINAL, Role.PARTY)),
        "seat": Visitor(seat=seat),
        "observer": Visitor(observer=watching),
        "anonymous": NOBODY,
    }


def admitted(guard: Guard, who: Visitor) -> bool:
    try:
        guard.admit(who)
    except CourtError as error:
        assert error.status in {401, 403}
        return False
    return True


async def test_every_route_lets_in_no_more_than_its_row_says(court: Court) -> None:
    faults, seen = [], 0
    for method, path, guard in routes(court):
        row = row_of(path)
        if row is None:
            faults.append(f"{method} {path}: no row")
            continue
        for name, who in visitors().items():
            seen += 1
            may = row.public or getattr(row, name, False) is True or name in {one.value for one in row.staff}
            if admitted(guard, who) and not may:
                faults.append(f"{method} {path}: lets in {name}")
    assert not faults, "\n".join(faults)
    assert seen > 300 * len(STAFF_ROLES)


@dataclass
class Known:
    """A matter with everything that hangs on it, and its ids by what they are of."""

    ids: dict[To, str]
    case: steps.Case


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def known(court: Court) -> Known:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    sealed = await (await court.staff("mediator")).send(f"/agreements/{case.agreement}/seal", {})
    paper = re.search(r'"paper_id":\s*"([0-9a-f-]{36})"', sealed.text)
    assert paper, sealed.text
    petition = await steps.petition_of(court)
    ids = {
        To.MATTER: case.id,
        To.SUBJECT: case.id,
        To.HEARING: case.hearing,
        To.AGREEMENT: case.agreement,
        To.PAPER: paper.group(1),
        To.PETITION: petition.id,
    }
    return Known(ids=ids, case=case)


def filled(path: str, own: str) -> str:
    """The address with `own` in its first hole that is an id, and ids of nothing in the others."""
    first = True

    def put(hole: re.Match[str]) -> str:
        nonlocal first
        if hole.group(1) in WORDS:
            return WORDS[hole.group(1)]
        value, first = (own if first else "0" * 36), False
        return value

    return HOLE.sub(put, path)


async def answer(person: Person, method: str, path: str) -> tuple[int, str]:
    """Status and code; a page of a refusal and a problem in JSON carry the same code."""
    headers = {"Accept": "application/json"}
    told = await (
        person.get(path, headers=headers) if method == "GET" else person.post(path, {}, headers=headers)
    )
    code = re.search(r'"code":\s*"([\w.]+)"', told.text)
    return told.status, code.group(1) if code else ""


async def strangers(court: Court, known: Known, logins: tuple[str, ...]) -> list[str]:
    """Routes that answer otherwise about a thing that is there than about one that is not."""
    faults = []
    for login in logins:
        person, role = await court.staff(login), court.actors[login].role
        for method, path, guard in routes(court):
            row = row_of(path)
            if row is None or row.to not in known.ids or role not in guard.access.roles:
                continue
            if path.endswith(("/socket", "/events")):
                continue
            here = await answer(person, method, filled(path, known.ids[row.to]))
            nowhere = await answer(person, method, filled(path, str(uuid.uuid4())))
            if here != nowhere or here[0] < 400:
                faults.append(f"{login} {method} {path}: {here} {nowhere}")
    return faults


async def test_to_a_mediator_of_other_matters_nothing_of_a_matter_exists(court: Court, known: Known) -> None:
    before = await entries(court, known)
    told = await strangers(court, known, ("stranger",))
    assert not told, "\n".join(told)
    assert await entries(court, known) == before


async def test_a_restricted_matter_exists_for_no_clerk_officer_or_registrar_who_does_not_handle_it(
    court: Court, known: Known
) -> None:
    facts = {"matter_id": known.case.id, "reason": "涉及个人隐私"}
    rev = await court.read(lambda rx: rx.conn.exec_driver_sql(
        f"SELECT rev FROM matter WHERE id = '{known.case.id}'").scalar())  # fmt: skip
    mediator = court.actors["mediator"]
    await court.write(shielding.restrict, actor=mediator, now=court.now(), rev=rev, restricted=True, **facts)
    before = await entries(court, known)
    told = await strangers(court, known, ("officer", "registrar"))
    assert not told, "\n".join(told)
    assert await entries(court, known) == before
    for login in ("officer", "registrar"):
        person = await court.staff(login)
        for page in (
            "/desk",
            "/desk?tab=hearings",
            "/desk?tab=done",
            f"/desk?q={known.case.number}",
            "/desk/printing",
        ):
            told = await person.get(page)
            assert known.case.id not in told.text and known.case.hearing not in told.text, (login, page)


async def entries(court: Court, known: Known) -> int:
    """Journal rows about the matter and what hangs on it."""
    subjects = set(known.ids.values())
    query = journal.select().where(journal.c.subject.in_(subjects))
    return len(await court.read(lambda rx: rx.conn.execute(query).all()))
