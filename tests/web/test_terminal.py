"""A device becomes the vehicle's terminal by a code that works once."""

import pytest

from court.domain.lifecycle import SYSTEM_ACTOR
from court.services import terminal
from court.web.sessions import TERMINAL_COOKIE
from tests.web.desk_court import Court
from tests.web.kiosk_walk import at_field

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def invited(court: Court) -> str:
    made = await court.write(
        terminal.invite, actor=SYSTEM_ACTOR, now=court.now(), name="车载终端", vehicle="渝A"
    )
    return made.code


async def test_a_device_that_is_no_terminal_is_led_to_the_enrolment(court: Court) -> None:
    person = await court.browser()
    assert (await person.get("/kiosk")).location == "/kiosk/enrol"
    inside = await person.get("/kiosk/steps/identity", headers={"Accept": "text/html"})
    assert inside.location.startswith("/login")
    assert (await person.get("/kiosk/receipt", headers={"Accept": "application/json"})).status == 401


async def test_the_code_opens_the_kiosk_on_this_device_once(court: Court) -> None:
    code = await invited(court)
    person = await court.browser(address="127.0.0.31")
    await person.open("/kiosk/enrol")
    done = await person.post("/kiosk/enrol", {"code": f"{code[:4]} {code[4:]}"})
    assert done.location == "/kiosk"
    cookie = done.headers.getall("Set-Cookie")
    assert any(TERMINAL_COOKIE in c and "HttpOnly" in c and "SameSite=Strict" in c for c in cookie)
    assert (await person.open("/kiosk")).status == 200
    other = await court.browser(address="127.0.0.32")
    await other.open("/kiosk/enrol")
    refused = await other.post("/kiosk/enrol", {"code": code})
    assert refused.status == 401 and "terminal.code_expired" in refused.text


async def test_wrong_codes_are_told_at_the_field_and_then_slowed(court: Court) -> None:
    person = await court.browser(address="127.0.0.33")
    await person.open("/kiosk/enrol")
    assert at_field(await person.post("/kiosk/enrol", {"code": ""}), "code")
    answers = [await person.post("/kiosk/enrol", {"code": "00000000"}) for _ in range(7)]
    assert answers[0].status == 401 and "terminal.code_wrong" in answers[0].text
    assert answers[-1].status == 429 and int(answers[-1].headers["Retry-After"]) > 0
