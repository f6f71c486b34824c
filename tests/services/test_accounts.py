"""Staff log in with password and code; guesses are slowed, codes are good once, sessions end."""

from datetime import timedelta

import pyotp
import pytest

from court.domain.errors import CourtError
from court.domain.lifecycle import SYSTEM_ACTOR, Role
from court.services import accounts, terminal
from court.services.accounts import SessionOpened
from tests.services.world import World, bodies


class Person:
    """A judge with a real one-time password and code generator."""

    def __init__(self, world: World, credentials: accounts.Credentials) -> None:
        self.world = world
        self.password = credentials.password
        self.totp = pyotp.TOTP(credentials.totp_secret)

    async def log_in(
        self,
        minutes: float,
        *,
        password: str | None = None,
        code: str | None = None,
        address: str = "10.0.0.1",
        login: str = "lifaguan",
    ) -> SessionOpened:
        now = self.world.at(minutes)
        return await accounts.log_in(
            self.world.db,
            now=now,
            login=login,
            password=self.password if password is None else password,
            totp=self.totp.at(now) if code is None else code,
            address=address,
        )


@pytest.fixture
async def person(world: World) -> Person:
    credentials = accounts.new_credentials()
    await world.do(
        accounts.create, "admin", login="lifaguan", name="李法官", role=Role.JUDGE, credentials=credentials
    )
    return Person(world, credentials)


async def test_password_and_code_open_a_session_that_ends_when_idle(world: World, person: Person) -> None:
    opened = await person.log_in(0)
    assert opened.session.account.role is Role.JUDGE
    assert opened.session.account.one_time

    async def live(minutes: float, token: str = opened.token) -> bool:
        found = await world.db.read(accounts.session, now=world.at(minutes), token=token)
        return found is not None

    assert await live(119)
    assert not await live(120)
    assert not await live(1, "another token")
    for minutes in range(100, 720, 100):
        await world.db.write(accounts.touch, now=world.at(minutes), token=opened.token)
    assert await live(719)
    assert not await live(720)
    rotated = await world.db.write(accounts.rotate, now=world.at(719), token=opened.token)
    assert rotated is not None
    assert not await live(719)
    assert await live(719, rotated.token)
    await world.db.write(accounts.log_out, now=world.at(719), token=rotated.token)
    assert not await live(719, rotated.token)


async def test_every_wrong_login_answers_alike_and_no_code_is_good_twice(person: Person) -> None:
    opened = await person.log_in(0)
    assert opened.token
    wrong = (
        {"password": "wrong password"},
        {"code": "000000"},
        {"login": "nobody"},
        {"code": person.totp.at(person.world.at(0))},
    )
    for number, change in enumerate(wrong):
        with pytest.raises(CourtError) as caught:
            await person.log_in(0.1, address=f"10.0.1.{number}", **change)  # type: ignore[arg-type]
        assert (caught.value.code, caught.value.status) == ("login.refused", 401)
    assert (await person.log_in(1)).token != opened.token


async def test_guessing_is_slowed_more_and_more_and_recorded_without_names(
    world: World, person: Person
) -> None:
    async def guess(minutes: float) -> CourtError:
        with pytest.raises(CourtError) as caught:
            await person.log_in(minutes, password="guess-guess", address="10.9.9.9")
        return caught.value

    assert [(await guess(0)).code for _ in range(5)] == ["login.refused"] * 5
    assert (await guess(0)).params == {"seconds": 30}
    assert (await guess(0.51)).code == "login.refused"
    assert (await guess(0.52)).params == {"seconds": 60}
    with pytest.raises(CourtError) as even_right:
        await person.log_in(0.6, address="10.0.0.7")
    assert even_right.value.code == "login.slow_down"
    assert (await person.log_in(3, address="10.0.0.7")).token
    rows = [row for row in await bodies(world.db) if row["type"] in {"login.refused", "guess.slowed"}]
    assert len(rows) >= 8
    assert "lifaguan" not in {row["subject"] for row in rows}


async def test_changing_the_password_ends_the_other_sessions(world: World, person: Person) -> None:
    opened = await person.log_in(0)
    judge = opened.session.account.actor()
    change = {"actor": judge, "now": world.at(1), "address": "10.0.0.1"}
    for new, code in (("short", "password.too_short"), ("李法官李法官李法官李", "password.too_simple")):
        with pytest.raises(CourtError) as caught:
            await accounts.change_password(world.db, old=person.password, new=new, **change)  # type: ignore[arg-type]
        assert [p.code for p in caught.value.problems] == [code]
    with pytest.raises(CourtError) as wrong:
        await accounts.change_password(world.db, old="no", new="山路弯弯车慢行请注意", **change)  # type: ignore[arg-type]
    assert wrong.value.code == "login.refused"
    changed = await accounts.change_password(
        world.db,
        old=person.password,
        new="山路弯弯车慢行请注意",
        **change,  # type: ignore[arg-type]
    )
    assert not changed.one_time
    assert await world.db.read(accounts.session, now=world.at(1), token=opened.token) is None
    assert (await person.log_in(2, password="山路弯弯车慢行请注意")).token


async def test_only_an_administrator_manages_accounts_and_a_locked_one_is_out(
    world: World, person: Person
) -> None:
    opened = await person.log_in(0)
    locked = {"account_id": opened.session.account.id, "disabled": True}
    with pytest.raises(CourtError) as caught:
        await world.do(accounts.disable, "clerk", **locked)
    assert caught.value.code == "account.not_allowed"
    await world.do(accounts.disable, "admin", **locked)
    assert await world.db.read(accounts.session, now=world.at(0), token=opened.token) is None
    with pytest.raises(CourtError) as out:
        await person.log_in(1)
    assert out.value.code == "login.disabled"


async def test_the_code_of_the_moment_is_the_one_that_logs_in(world: World, person: Person) -> None:
    code = await world.db.read(accounts.current_code, login="lifaguan", now=world.at(5))
    assert (await person.log_in(5, code=code)).token


async def test_a_terminal_is_enrolled_once_by_a_fresh_code(world: World) -> None:
    invited = await world.do(terminal.invite, "officer", name="终端2", vehicle="02号车")

    async def enrol(code: str, minutes: float = 1) -> terminal.TerminalOpened:
        return await world.db.write(terminal.enrol, now=world.at(minutes), code=code, address="10.1.1.1")

    opened = await enrol(f" {invited.code[:4]} {invited.code[4:]} ")
    found = await world.db.read(terminal.terminal, token=opened.token)
    assert found == opened.terminal
    for code, wanted in ((invited.code, "terminal.code_expired"), ("x", "terminal.code_wrong")):
        with pytest.raises(CourtError) as caught:
            await enrol(code)
        assert caught.value.code == wanted
    late = await world.do(terminal.invite, SYSTEM_ACTOR, name="终端3", vehicle="03号车")
    with pytest.raises(CourtError) as expired:
        await enrol(late.code, 61)
    assert expired.value.code == "terminal.code_expired"
    await world.do(terminal.revoke, "admin", terminal_id=opened.terminal.id)
    assert await world.db.read(terminal.terminal, token=opened.token) is None


async def test_the_sweep_forgets_ended_sessions_once(world: World, person: Person) -> None:
    await person.log_in(0)
    later = world.at(0) + timedelta(days=2)
    assert await world.db.write(accounts.sweep, now=later) >= 1
    assert await world.db.write(accounts.sweep, now=later) == 0


async def test_a_code_typed_in_full_width_digits_is_the_same_code(person: Person) -> None:
    to_wide = ord("\uff10") - ord("0")
    wide = "".join(chr(ord(digit) + to_wide) for digit in person.totp.at(person.world.at(3)))
    with pytest.raises(CourtError) as caught:
        await person.log_in(3, code="验证码零零")
    assert caught.value.code == "login.refused"
    assert (await person.log_in(3, code=wide)).token
