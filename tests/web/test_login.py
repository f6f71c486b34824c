"""Signing in and out: the right way in, every wrong way refused with the same words, guessing slowed."""

from datetime import timedelta
from urllib.parse import quote

import pyotp
import pytest

from court.domain.lifecycle import SYSTEM_ACTOR, Role
from court.services import accounts
from court.web.login import safe_next
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _account(court: Court, login: str) -> accounts.Credentials:
    made = accounts.new_credentials()
    await court.write(
        accounts.create,
        actor=SYSTEM_ACTOR,
        now=court.now(),
        login=login,
        name="测试员",
        role=Role.CLERK,
        credentials=made,
    )
    return made


def _code(made: accounts.Credentials, court: Court) -> str:
    return pyotp.TOTP(made.totp_secret).at(court.now())


async def test_password_and_code_open_a_session_and_the_first_password_is_to_be_changed(court: Court) -> None:
    made = await _account(court, "login.one")
    person = await court.browser()
    await person.open("/login")
    answer = await person.post(
        "/login",
        {"login": "login.one", "password": made.password, "code": _code(made, court), "next": "/desk"},
    )
    assert (answer.status, answer.location) == (303, f"/login/password?next={quote('/desk')}")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "工作清单" in (await person.open("/desk")).text


async def test_a_code_pasted_with_a_space_is_accepted(court: Court) -> None:
    made = await _account(court, "login.space")
    person = await court.browser()
    code = _code(made, court)
    answer = await person.post(
        "/login", {"login": "login.space", "password": made.password, "code": f" {code[:3]} {code[3:]} "}
    )
    assert answer.status == 303


@pytest.mark.parametrize("wrong", ["login", "password", "code"])
async def test_a_wrong_answer_never_says_which_part_was_wrong(court: Court, wrong: str) -> None:
    made = await _account(court, f"login.wrong.{wrong}")
    person = await court.browser(address="127.0.0.8")
    sent = {"login": f"login.wrong.{wrong}", "password": made.password, "code": _code(made, court)}
    sent[wrong] = {"login": "nobody.here", "password": "not the password", "code": "000000"}[wrong]
    answer = await person.post("/login", sent)
    assert answer.status == 401
    assert "login.refused" in answer.text
    assert "court_staff" not in str(answer.headers)
    assert made.password not in answer.text


async def test_guessing_is_slowed_and_says_how_long(court: Court) -> None:
    await _account(court, "login.guessed")
    person = await court.browser(address="127.0.0.9")
    statuses = []
    for _ in range(7):
        answer = await person.post(
            "/login", {"login": "login.guessed", "password": "guess guess", "code": "123456"}
        )
        statuses.append(answer.status)
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert int(answer.headers["Retry-After"]) > 0


async def test_empty_fields_are_named_all_at_once(court: Court) -> None:
    person = await court.browser()
    answer = await person.post("/login", {"login": "", "password": "", "code": ""})
    assert answer.status == 422
    for name in ("login", "password", "code"):
        assert f'href="#f-{name}"' in answer.text


async def test_leaving_ends_the_session_at_the_server(court: Court) -> None:
    made = await _account(court, "login.leaves")
    person = await court.browser()
    answer = await person.post(
        "/login", {"login": "login.leaves", "password": made.password, "code": _code(made, court)}
    )
    token = answer.headers["Set-Cookie"].split("court_staff=")[1].split(";")[0]
    assert (await person.post("/logout")).location == "/login?left=1"
    thief = await court.browser(court_staff=token)
    assert (await thief.get("/desk")).location.startswith("/login?next=")


async def test_a_new_password_keeps_this_session_and_ends_the_others(court: Court) -> None:
    made = await _account(court, "login.changes")
    here, there = await court.browser(), await court.browser()
    code = _code(made, court)
    assert (
        await here.post("/login", {"login": "login.changes", "password": made.password, "code": code})
    ).status == 303
    before = court.clock.ahead
    court.clock.ahead = before + timedelta(seconds=60)  # a code is good once
    try:
        code = _code(made, court)
        sent = {"login": "login.changes", "password": made.password, "code": code}
        assert (await there.post("/login", sent)).status == 303
        short = await here.post("/login/password", {"old_password": made.password, "password": "short"})
        assert short.status == 422
        assert 'href="#f-password"' in short.text
        changed = await here.post(
            "/login/password",
            {"old_password": made.password, "password": "山路弯弯好记的一句话", "next": "/desk"},
        )
        assert (changed.status, changed.location) == (303, "/desk")
        assert (await here.get("/desk")).status == 200
        assert (await there.get("/desk")).status == 303
    finally:
        court.clock.ahead = before


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
async def test_signing_in_never_leads_to_another_site(path: str) -> None:
    assert safe_next(path) == "/desk"
