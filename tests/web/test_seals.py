"""Seals on the desk: nothing is sealed without a yes, the keeper sees the paper, the auditor takes the register along."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from court.services import custody
from court.store.database import Tx
from court.store.load import custody as load
from court.web import pages
from tests.web import steps
from tests.web.desk_court import Court, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


def end_leaves(tx: Tx, *, court: Court) -> None:
    """The keeper takes back what the demonstration gave."""
    bodies = frozenset({"重庆市云阳县人民法院", "云阳县凤鸣镇人民调解委员会"})
    for one in load.delegations(tx.conn, bodies=bodies):
        custody.revoke_delegation(tx, actor=court.actors["keeper"], now=court.now(), delegation_id=one.id)


async def give_leave(court: Court) -> None:
    keeper = await court.staff("keeper")
    for body in ("重庆市云阳县人民法院", "云阳县凤鸣镇人民调解委员会"):
        last = pages.local(court.now() + timedelta(days=20))
        sent = {"body": body, "all_kinds": "yes", "until": f"{last:%Y-%m-%d}", "most": "500", "user_id": ""}
        answer = await keeper.post("/desk/seals/leaves", sent)
        assert answer.status == 303, answer.text


def waiting_of(text: str) -> str:
    found = re.search(r'href="/desk/seals/uses/([^"]+)"', text)
    assert found, text[-3000:]
    return found.group(1)


async def press_seal(court: Court, case: steps.Case) -> tuple[Person, int, dict[str, str]]:
    mediator = await court.staff("mediator")
    answer = await mediator.send(f"/agreements/{case.agreement}/seal", {})
    return mediator, answer.status, json.loads(answer.text)


async def test_without_leave_the_seal_waits_for_the_keeper_who_sees_the_paper(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    await court.write(end_leaves, court=court)
    try:
        _, status, told = await press_seal(court, case)
        assert (status, told["code"]) == (409, "custody.waiting")
        assert "孙守印" in told["detail"]
        keeper = await court.staff("keeper")
        desk = await keeper.open("/desk")
        assert desk.url.startswith("/desk/seals")
        use = waiting_of(desk.text)
        page = await keeper.open(f"/desk/seals/uses/{use}")
        assert "同意用印" in page.text
        picture = await keeper.get(f"/desk/seals/uses/{use}/page.png?page=0")
        assert (picture.status, picture.headers["Content-Type"]) == (200, "image/png")
        mediator, status, _ = await press_seal(court, case)
        assert status == 409
        assert (await mediator.post(f"/desk/seals/uses/{use}/approve")).status == 403
        for other in ("clerk", "stranger", "admin"):
            assert (await (await court.staff(other)).get(f"/desk/seals/uses/{use}")).status == 404
        silent = await keeper.post(f"/desk/seals/uses/{use}/refuse", {"reason": ""})
        assert silent.status == 422
        assert (await keeper.post(f"/desk/seals/uses/{use}/approve")).status == 303
        _, status, told = await press_seal(court, case)
        assert (status, told["state"]) == (200, "sealed")
        assert "已用印" in (await keeper.open(f"/desk/seals/uses/{use}")).text
    finally:
        await give_leave(court)


async def test_by_leave_one_press_seals_and_the_auditor_takes_the_register_along(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    _, status, _ = await press_seal(court, case)
    assert status == 200
    auditor = await court.staff("auditor")
    page = await auditor.open("/desk/seals/register?state=used&kind=agreement")
    assert "周和平" in page.text
    assert "授权" in page.text
    none = await auditor.open("/desk/seals/register?from=2031-01-01")
    assert "没有符合条件" in none.text
    sheet = await auditor.get("/desk/seals/register.csv?kind=agreement")
    assert sheet.headers["Content-Type"].startswith("text/csv")
    assert sheet.text.startswith("\ufeff申请时间")
    assert "已用印" in sheet.text
    response = await auditor.client.get("/desk/seals/register.pdf")
    assert (await response.read()).startswith(b"%PDF-")
    for other in ("mediator", "admin", "stranger"):
        for path in ("register", "register.csv", "register.pdf"):
            answer = await (await court.staff(other)).get(
                f"/desk/seals/{path}", headers={"Accept": "text/html"}
            )
            assert answer.status == 404, (other, path)


async def test_an_administrator_assigns_and_a_conflict_is_refused_in_words(court: Court) -> None:
    admin = await court.staff("admin")
    page = await admin.open("/desk/seals")
    assert "指定人员" in page.text
    sent = {"body": "重庆市云阳县人民法院", "role": "user", "account_id": court.actors["keeper"].id}
    refused = await admin.post("/desk/seals/roles", sent)
    assert refused.status == 409
    assert "三个不同的人" in refused.text
    strange = await admin.post("/desk/seals/roles", sent | {"body": "别的法院"})
    assert strange.status == 404
    clerk = await court.staff("clerk")
    assert (await clerk.post("/desk/seals/roles", sent)).status == 403
    leave = {"body": sent["body"], "all_kinds": "yes", "until": "2020-01-01", "most": "5", "user_id": ""}
    late = await (await court.staff("keeper")).post("/desk/seals/leaves", leave)
    assert late.status == 422
    assert "截止日期和次数" in late.text
    foreign = await clerk.post("/desk/seals/leaves", leave | {"until": f"{court.now():%Y-%m-%d}"})
    assert foreign.status in {403, 422}
    assert (await (await court.staff("stranger")).open("/desk/seals")).status == 200


async def test_only_the_custody_of_seals_reaches_a_seal() -> None:
    """Whatever seals, seals through the one place that asks for leave."""
    code = Path(__file__).parents[2] / "court"
    sealing = {
        path.relative_to(code).as_posix()
        for path in code.rglob("*.py")
        if re.search(r"\b(acts|signing)\.seal\b", path.read_text())
    }
    assert sealing == {"web/sealing.py"}
