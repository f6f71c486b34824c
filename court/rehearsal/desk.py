"""At the desk: staff sign in, take the matter, book the session at the vehicle's stop, call the roll."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

import pyotp

from court.demonstration import Handed
from court.rehearsal.kiosk import APPLICANT_ID, RESPONDENT_ID
from court.rehearsal.visitor import Page, Stuck, Visitor

BEIJING = timezone(timedelta(hours=8))


async def sign_in(visitor: Visitor, person: Handed) -> None:
    """Password and one-time code; the change of the first password is put off."""
    page = await visitor.get("/login")
    code = pyotp.TOTP(person.totp_secret).now()
    await visitor.submit(
        page.form("/login", having="code"), {"login": person.login, "password": person.password, "code": code}
    )


async def find_matter(visitor: Visitor, number: str) -> str:
    """The matter's address, as this member of staff finds it by its number. Errors: Stuck."""
    page = await visitor.get(f"/desk?q={quote(number)}")
    if found := page.links("/desk/matters/", beside=number):
        return found[0]
    raise Stuck(f"{number} is not found")


async def assign(visitor: Visitor, matter_url: str) -> Page:
    """分流: the clerk gives the matter to the judge and keeps the record."""
    page = await visitor.get(matter_url)
    chosen: dict[str, str | list[str]] = {
        name: next(value for value, _ in page.options(name) if value) for name in ("judge_id", "clerk_id")
    }
    return await visitor.submit(page.form("/assign"), chosen)


async def book(visitor: Visitor, matter_url: str, place: str) -> str:
    """A mediation now, at a stop of the vehicle, with judge and clerk. Returns the hearing's id."""
    page = await visitor.get(f"/desk/hearings/new?matter={matter_url.rsplit('/', 1)[-1]}")
    form = page.form("/desk/hearings", having="place")
    soon = datetime.now(UTC).astimezone(BEIJING) + timedelta(minutes=1)
    wanted: dict[str, str | list[str]] = {
        "kind": "mediation",
        "day": f"{soon:%Y-%m-%d}",
        "time": f"{soon:%H:%M}",
        "place": place,
        "despite": "演练",
    }
    for name in form.names:
        if name.startswith("place_"):
            wanted[name] = "vehicle"
        if name in {"staff_judge", "staff_clerk"}:
            wanted[name] = next(value for value, _ in page.options(name) if value)
    page = await visitor.submit(form, wanted)
    return page.url.split("#")[0].rsplit("/", 1)[-1]


async def call_roll(visitor: Visitor, hearing_id: str) -> Page:
    """Everybody present, every identity checked again, every consent to this step there."""
    url = f"/desk/hearings/{hearing_id}"
    page = await visitor.get(url)
    page = await visitor.submit(page.form("/roll"), {})
    page = await _press_all(visitor, page, "/present", {"present": "yes"})
    ids = iter((APPLICANT_ID, RESPONDENT_ID))
    for form in page.forms("/identity"):
        number = next(name for name in form.names if name.startswith("id_number-"))
        page = await visitor.submit(form, {"method": "id_card", number: next(ids)})
    return await _press_all(visitor, page, "/consent", {"given": "yes"})


async def _press_all(visitor: Visitor, page: Page, action: str, values: dict[str, str | list[str]]) -> Page:
    done: set[tuple[tuple[str, str], ...]] = set()
    while True:
        waiting = [f for f in page.forms(action) if _key(f.fields) not in done]
        if not waiting:
            return page
        done.add(_key(waiting[0].fields))
        page = await visitor.submit(waiting[0], values)


def _key(fields: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in fields if pair[0] in {"seat_id", "party_id"})


async def wait_until_next_code() -> None:
    """A one-time code signs in once; the next one comes within 30 seconds."""
    await asyncio.sleep(30 - datetime.now(UTC).timestamp() % 30 + 0.2)
