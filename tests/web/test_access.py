"""The door: every route names who may enter; what does not come from our own pages is refused; limits hold."""

import asyncio
import json

import pytest

from court.config import Config
from court.domain.lifecycle import Role
from court.web.access import PUBLIC, SEAT, TERMINAL, Visitor, guard_of, staff
from court.web.middleware import allowed_hosts
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_route_names_its_policy(court: Court) -> None:
    bare = [
        f"{route.method} {route.resource.canonical}"
        for route in court.application.router.routes()
        if route.resource
        and not route.resource.canonical.startswith("/static")
        and guard_of(route.handler) is None
    ]
    assert bare == []


async def test_everything_under_the_desk_is_for_staff_only(court: Court) -> None:
    for route in court.application.router.routes():
        guard = guard_of(route.handler)
        if guard and route.resource and route.resource.canonical.startswith("/desk"):
            assert guard.access.roles, route
            assert not guard.access.public and not guard.access.seat, route


async def test_policies_join_and_prefer_staff() -> None:
    both = staff(Role.JUDGE) | TERMINAL | SEAT
    assert both.terminal and both.seat and not both.public
    assert both.actor(Visitor()) is None
    assert PUBLIC.actor(Visitor()) is None


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("mediator", "/desk/accounts"),
        ("clerk", "/desk/terminals"),
        ("judge", "/desk/petitions/x"),
        ("admin", "/desk/matters/x"),
    ],
)
async def test_a_role_that_may_not_is_told_so(court: Court, login: str, path: str) -> None:
    person = await court.staff(login)
    answer = await person.get(path, headers={"Accept": "text/html"})
    assert answer.status == 403
    assert "access.role" in answer.text


async def test_nobody_is_led_to_the_sign_in_and_back(court: Court) -> None:
    person = await court.browser()
    answer = await person.get("/desk/matters/abc?x=1", headers={"Accept": "text/html"})
    assert (answer.status, answer.location) == (303, "/login?next=/desk/matters/abc")
    script = await person.get("/live", headers={"Accept": "application/json"})
    assert script.status == 401
    assert json.loads(script.text)["code"] == "access.login"


async def test_a_form_without_the_token_of_this_browser_is_refused(court: Court) -> None:
    clerk, other = await court.staff("clerk"), await court.staff("judge")
    for token in ("", "0" * 64, other.csrf):
        answer = await clerk.post("/login/password", {"csrf": token})
        assert answer.status == 403
        assert "web.csrf" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/x"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_form_from_another_site_is_refused(court: Court, headers: dict[str, str]) -> None:
    clerk = await court.staff("clerk")
    answer = await clerk.post("/logout", headers=headers)
    assert answer.status == 403
    assert "web.origin" in answer.text
    assert (await clerk.get("/desk")).status == 200


async def test_nobodys_upload_is_refused_before_it_is_taken_in(court: Court) -> None:
    person = await court.browser()
    answer = await person.post("/desk/agreements/none/scan", {"csrf": "wrong"})
    assert answer.status == 401
    assert "access.login" in answer.text


async def test_another_host_name_is_refused(court: Court) -> None:
    person = await court.browser()
    answer = await person.get("/login", headers={"Host": "rebinding.example"})
    assert answer.status == 400
    assert "web.host" in answer.text
    assert allowed_hosts(Config(public_url="https://court.example", lan_names=["van.local"])) >= {
        "court.example",
        "van.local",
    }


async def test_a_form_larger_than_256_kib_is_refused_before_it_is_read(court: Court) -> None:
    clerk = await court.staff("clerk")
    answer = await clerk.post("/login/password", {"password": "x" * 300_000}, headers={"Accept": "text/html"})
    assert answer.status == 413
    assert "web.too_large" in answer.text


async def test_wrong_method_and_unknown_page_are_said_in_words(court: Court) -> None:
    person = await court.browser()
    wrong = await person.post("/verify-nothing-here", {}, headers={"Accept": "text/html"})
    assert wrong.status == 404
    assert "没有找到这个页面" in wrong.text
    method = await person.client.delete("/login", headers={"Accept": "application/json"})
    assert method.status == 405
    problem = await method.json(content_type=None)
    assert problem["code"] == "web.method_not_allowed"
    assert method.content_type == "application/problem+json"
    assert problem["detail"]


async def test_every_answer_carries_the_strict_headers(court: Court) -> None:
    person = await court.browser()
    for path in ("/login", "/nothing", "/static/css/desk.css", "/healthz"):
        answer = await person.get(path)
        csp = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in csp and "unsafe" not in csp, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
        assert "aiohttp" not in answer.headers["Server"]


async def test_a_bug_is_one_sentence_for_people_and_a_trace_in_the_log(
    court: Court, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = await court.staff("clerk")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault planted by the test")

    monkeypatch.setattr("court.web.desk._tabs", broken)
    answer = await clerk.get("/desk", headers={"Accept": "text/html"})
    assert answer.status == 500
    assert "web.internal" in answer.text
    assert "planted" not in answer.text
    assert "web.failed" in caplog.text


async def test_no_name_number_or_token_reaches_the_log(
    court: Court, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.web import steps

    case = await steps.register(court)
    clerk = await court.staff("clerk")
    await clerk.open(f"/desk/matters/{case.id}")
    person = await court.browser()
    await person.get("/seat/" + "s" * 43)
    for secret in (
        "王秀英",
        "11010519491231002X",
        "13800001234",
        case.id,
        "s" * 43,
        court.tokens["clerk"],
        clerk.csrf,
    ):
        assert secret not in caplog.text


async def test_live_updates_tell_that_something_changed_and_not_what(court: Court) -> None:
    from tests.web import steps

    clerk = await court.staff("clerk")
    async with clerk.client.get("/live") as stream:
        assert stream.content_type == "text/event-stream"
        case = await steps.register(court)
        seen = b""
        async with asyncio.timeout(10):
            while b"matter.registered" not in seen:
                seen += await stream.content.readline()
    assert case.id.encode() in seen
    assert "王秀英".encode() not in seen


async def test_what_goes_on_in_other_matters_is_streamed_to_staff_alone(court: Court) -> None:
    vehicle = await court.vehicle()
    answer = await vehicle.get("/live", headers={"Accept": "application/json"})
    assert answer.status == 401
