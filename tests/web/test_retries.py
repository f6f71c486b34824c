"""A form sent again is done once, whatever its handler is: double clicks, lost answers, two at the same moment."""

import asyncio
import re
import uuid
from pathlib import Path

import pytest

import templates
from court.services import matter
from court.store.rows import KEYS_KEPT, forget_keys
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)


async def test_every_form_that_writes_carries_a_key() -> None:
    for file in Path(templates.__file__).parent.rglob("*.html"):
        for form in FORM.findall(file.read_text()):
            assert re.search(r'hidden\([^)]*once|name="once"', form), (file.name, form[:200])


async def test_a_form_sent_again_gives_the_first_answer_and_nothing_twice(court: Court) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    form = {"side": "third", "name": "王五", "once": str(uuid.uuid4())}
    at = f"/desk/matters/{case.id}/parties"
    answers = await asyncio.gather(*(clerk.post(at, form) for _ in range(5)))
    assert {(one.status, one.location) for one in answers} == {(303, f"/desk/matters/{case.id}#parties")}
    people = await court.read(matter.parties, subject_id=case.id)
    assert [one.name for one in people].count("王五") == 1


async def test_a_handler_that_knows_nothing_of_keys_is_called_once(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Booked twice by two presses: only the answer of the first is given again."""
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    clerk = await court.staff("clerk")
    at, key = f"/desk/hearings/{case.hearing}/roll", {"once": str(uuid.uuid4())}
    first, second = await clerk.post(at, key), await clerk.post(at, key)
    assert (first.status, first.location) == (second.status, second.location)
    assert first.status == 303


async def test_a_key_proves_nothing_in_another_browser_or_for_another_content(court: Court) -> None:
    case = await steps.register(court)
    at, key = f"/desk/matters/{case.id}/parties", str(uuid.uuid4())
    for login in ("clerk", "officer"):
        person = await court.staff(login)
        assert (await person.post(at, {"side": "third", "name": "赵六", "once": key})).status == 303
    names = [one.name for one in await court.read(matter.parties, subject_id=case.id)]
    assert names.count("赵六") == 2
    clerk = await court.staff("clerk")
    assert (await clerk.post(at, {"side": "third", "name": "", "once": key})).status == 422


async def test_a_malformed_key_is_refused_and_old_ones_are_forgotten(court: Court) -> None:
    clerk = await court.staff("clerk")
    for bad in ("x", "y" * 65):
        assert (await clerk.post("/desk/bulk", {"once": bad})).status == 400
    assert await court.write(forget_keys, now=court.now() + KEYS_KEPT * 2) > 0
