"""A lawsuit on the desk: taken in, accepted, its fee paid, extended by the president; each act once, each role its own."""

import hashlib
import io
import json
import re
import zipfile
from typing import Any

import pikepdf
import pytest

from court.domain.lifecycle import Role
from court.services import clocks, filing, matter, tracks
from tests.web import steps
from tests.web.desk_court import Court, Person
from tests.web.test_drawing import filled

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOAN = {
    "cause_code": "108(3)",
    "facts": "2025年3月借给他30000元，写了借条，到期没有还。",
    "request": "返还借款30000元。",
}


async def loan(court: Court) -> steps.Case:
    """A loan, assigned to the judge."""
    case = await steps.register(court, **LOAN)
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk/matters/{case.id}")
    people = {"judge_id": court.actors["judge"].id, "clerk_id": court.actors["clerk"].id}
    sent = {"rev": steps.rev_of(page.text)} | people
    assert (await clerk.post(f"/desk/matters/{case.id}/assign", sent)).status == 303
    return case


def when(court: Court, field: str) -> dict[str, str]:
    """Now, as the fields of a form."""
    from court.web import pages

    at = pages.local(court.now())
    return {field: f"{at:%Y-%m-%d}", f"{field}-time": f"{at:%H:%M}"}


async def received(court: Court, who: Person, case: steps.Case) -> str:
    """The address of the lawsuit's page, a complaint taken in."""
    base = f"/desk/matters/{case.id}/filing"
    done = await who.post(base, when(court, "received") | {"way": "paper"})
    assert done.status == 303, done.text
    return base


async def act(who: Person, base: str, verb: str, **sent: Any) -> Any:
    """One act with the revision its page shows."""
    page = await who.open(base)
    told = {f"{verb}-{name}": value for name, value in sent.items()}
    return await who.post(f"{base}/{verb}", {"rev": steps.rev_of(page.text)} | told)


ACCEPT = {"fee_kind": "property", "claim": "30,000", "procedure": "small", "reason": "标的额在小额标准以内"}


async def test_a_complaint_becomes_a_numbered_case_with_its_limits_explained(court: Court) -> None:
    case = await loan(court)
    clerk = await court.staff("clerk")
    matter_page = await clerk.open(f"/desk/matters/{case.id}")
    assert "收到起诉状，进入立案" in matter_page.text
    base = await received(court, clerk, case)
    page = await clerk.open(base)
    assert "当日不计算在内" in page.text and "小额诉讼程序" in page.text
    done = await act(clerk, base, "accept", **ACCEPT)
    assert done.status == 303, done.text
    page = await clerk.open(base)
    number = re.search(r"（\d{4}）渝0235民初\d+号", page.text)
    assert number and "将起诉状副本送达被告" in page.text
    assert (await act(clerk, base, "notify_fee")).status == 303
    page = await clerk.open(base)
    assert "275元" in page.text and "只减半一次" in page.text
    drawn = await clerk.open(f"/desk/matters/{case.id}/draw/acceptance_notice")
    assert number.group(0) in drawn.text and "275.00" in drawn.text
    matter_page = await clerk.open(f"/desk/matters/{case.id}")
    assert number.group(0) in matter_page.text and "交纳案件受理费" in matter_page.text


async def test_bad_input_stands_at_its_field_and_a_form_sent_twice_acts_once(court: Court) -> None:
    case = await loan(court)
    clerk = await court.staff("clerk")
    base = await received(court, clerk, case)
    bad = await act(clerk, base, "accept", **(ACCEPT | {"claim": "三头牛", "reason": " "}))
    assert bad.status == 422
    assert 'href="#f-accept-claim"' in bad.text and 'href="#f-accept-reason"' in bad.text
    page = await clerk.open(base)
    sent = {"rev": steps.rev_of(page.text), "once": "one-key-for-one-form"}
    sent |= {f"accept-{name}": value for name, value in ACCEPT.items()}
    assert [(await clerk.post(f"{base}/accept", sent)).status for _ in range(2)] == [303, 303]
    track = await court.read(filing.of_matter, matter_id=case.id)
    assert track is not None and track.rev == 2
    stale = await clerk.post(f"{base}/notify_fee", {"rev": "1"})
    assert stale.status == 409 and "track.stale" in stale.text
    early = await act(
        clerk, base, "appeal", party_id="x", note="", **{"at": "2026-01-01", "at-time": "10:00"}
    )
    assert early.status in {409, 422}


async def test_the_judge_asks_and_only_the_president_extends_the_term(court: Court) -> None:
    case = await loan(court)
    clerk, judge = await court.staff("clerk"), await court.staff("judge")
    base = await received(court, clerk, case)
    assert (await act(clerk, base, "accept", **ACCEPT)).status == 303
    track = await court.read(filing.of_matter, matter_id=case.id)
    assert track is not None
    term = await court.read(clocks.running, track_id=track.id, rule="SU-17")
    assert term is not None
    address = f"/desk/matters/{case.id}/clocks/{term.id}"
    assert (await act(judge, address, "ask", amount="2", reason="案情复杂")).status == 422
    assert (await act(judge, address, "ask", amount="1", reason="案情复杂")).status == 303
    refused = await act(judge, address, "decide", grant="yes", note="")
    assert refused.status == 403
    president = await court.staff("president")
    assert (await act(president, address, "decide", grant="yes", note="同意")).status == 303
    page = await president.open(address)
    assert "决定同意" in page.text and court.actors["president"].name in page.text
    assert (await president.post(f"/desk/matters/{case.id}/withdraw", {"rev": "1"})).status == 403
    assert court.actors["president"].role is Role.PRESIDENT


async def test_a_lawsuit_of_anothers_matter_does_not_exist(court: Court) -> None:
    case = await loan(court)
    clerk = await court.staff("clerk")
    await received(court, clerk, case)
    found = await court.read(tracks.of_matter, matter_id=case.id)
    assert len(found) == 1 and (await court.read(matter.get, matter_id=case.id)).judge_id
    stranger = await court.staff("stranger")
    answer = await stranger.get(f"/desk/matters/{case.id}/filing", headers={"Accept": "text/html"})
    assert answer.status == 403
    clock = (await court.read(clocks.of_track, track_id=found[0].id))[0]
    answer = await stranger.get(f"/desk/matters/{case.id}/clocks/{clock.id}", headers={"Accept": "text/html"})
    assert answer.status == 404


async def test_the_file_is_checked_sealed_and_taken_along_with_a_signed_index(court: Court) -> None:
    case = await loan(court)
    clerk, judge = await court.staff("clerk"), await court.staff("judge")
    base = await received(court, clerk, case)
    assert (await act(clerk, base, "accept", **ACCEPT)).status == 303
    steps_of_paper = await clerk.open(f"/desk/matters/{case.id}/draw/acceptance_notice")
    form = {k: v for k, v in filled(steps_of_paper).items() if k != "once"}
    shown = await clerk.post(f"/desk/matters/{case.id}/draw/acceptance_notice", form)
    assert shown.status == 200, re.findall(r"error-summary__list.*?</ul>", shown.text, re.DOTALL)
    done = await clerk.post(f"/desk/matters/{case.id}/draw/acceptance_notice/finish", filled(shown))
    assert done.status == 303, done.text[-1500:]
    page = await judge.open(f"{base}/file")
    assert "还缺" in page.text and "见受理案件通知书" in page.text
    early = await judge.get(f"{base}/file.zip", headers={"Accept": "text/html"})
    assert early.status == 409 and "case_file.no_index" in early.text
    sent = {"rev": steps.rev_of(page.text), "item": "complaint", "state": "on_paper"}
    assert (await judge.post(f"{base}/file/mark", sent | {"reason-complaint": " "})).status == 422
    assert (
        await judge.post(f"{base}/file/mark", sent | {"reason-complaint": "口头起诉笔录在纸质卷"})
    ).status == 303
    made = await judge.post(f"{base}/file/index", {})
    assert made.status == 303, made.text[-1500:]
    response = await judge.client.get(f"{base}/file.zip")
    assert response.status == 200 and response.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(await response.read())) as packed:
        names = packed.namelist()
        top = names[0].split("/")[0]
        assert "渝0235民初" in top and names[0].endswith("00-电子卷宗目录.pdf")
        listed = json.loads(packed.read(f"{top}/目录.json"))["files"]
        assert [one["path"] for one in listed] == ["01-起诉和立案/001-受理案件通知书.pdf"]
        for one in listed:
            assert hashlib.sha256(packed.read(f"{top}/{one['path']}")).hexdigest() == one["sha256"]
        index = packed.read(names[0])
    with pikepdf.open(io.BytesIO(index)) as document:
        fields = [field for field in document.Root.AcroForm.Fields if field.get("/FT") == "/Sig"]
        assert fields and all("/V" in field for field in fields)
