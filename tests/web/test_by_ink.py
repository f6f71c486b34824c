"""Papers of the desk signed by hand on the print: their sheets come back on their own page, are compared, sealed, kept."""

import io
import re

import pypdfium2
import pytest

from court.services import paper
from court.web.keys import BLOBS
from documents import preview
from tests.web.desk_court import Court
from tests.web.service_case import attempts, now_of, people_of
from tests.web.test_agreement_desk import scan_form, signed_sheet
from tests.web.test_drawing import case_of, filled

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _printed(court: Court, paper_id: str) -> bytes:
    found = await court.read(paper.get, paper_id=paper_id)
    return await court.application[BLOBS].read(found.sha256)


def _sheets(printed: bytes) -> list[bytes]:
    return [signed_sheet(printed, n) for n in range(preview.page_count(printed))]


def hands(page: str) -> dict[str, str]:
    """Everybody wrote."""
    return dict.fromkeys(re.findall(r'name="(manner-\d+)"', page), "written")


async def test_a_notice_signed_by_hand_comes_back_and_is_sealed_beside_its_print(court: Court) -> None:
    case = await case_of(court)
    mediator = await court.staff("mediator")
    base = f"/desk/matters/{case.id}/draw/rights_notice"
    form = filled(await mediator.open(base)) | {"mediators": "人民调解员｜周丽"}
    done = await mediator.post(f"{base}/finish", filled(await mediator.post(base, form)))
    home = done.location
    shown = (await mediator.open(home)).text
    assert "签好的每一页" in shown
    printed = await _printed(court, home.rsplit("/", 1)[1])
    sheets = _sheets(printed)
    short = await mediator.post(f"{home}/scan", scan_form(mediator.csrf, [*sheets, sheets[0]]))
    assert (short.status, "scan.pages" in short.text) == (422, True)
    sent = await mediator.post(f"{home}/scan", scan_form(mediator.csrf, sheets[::-1]))
    assert sent.status == 303, sent.text[-900:]
    page = await mediator.open(sent.location)
    assert page.text.count("二维码核对一致") == len(sheets)
    assert (await mediator.get(f"{sent.location}/1.png?width=400")).status == 200
    stranger = await court.staff("stranger")
    assert (await stranger.get(sent.location)).status == 404
    ticks = {f"same-{n}": "yes" for n in range(1, len(sheets) + 1)}
    unticked = await mediator.post(sent.location, {"do": "accept"})
    assert (unticked.status, "scan.unchecked" in unticked.text) == (422, True)
    manners = hands(page.text) | {"manner-1": "fingerprint"}
    kept = await mediator.post(sent.location, {"do": "accept"} | ticks | manners)
    assert kept.status == 303, kept.text[-900:]
    scan_id = kept.location.rsplit("/", 1)[1]
    found = await court.read(paper.get, paper_id=scan_id)
    assert (found.kind, found.subject_id) == ("signed_sheets", case.id)
    pdf = pypdfium2.PdfDocument(io.BytesIO(await court.application[BLOBS].read(found.sha256)))
    said = "".join(each.get_textpage().get_text_bounded() for each in pdf).replace("\r\n", "")
    pdf.close()
    assert "王秀英（捺印）" in said and "张德贵（手写签名）" in said
    after = (await mediator.open(home)).text
    assert f"/desk/papers/{scan_id}" in after and "签好的每一页" not in after
    late = await mediator.post(f"{home}/scan", scan_form(mediator.csrf, sheets))
    assert (late.status, "scan.checked" in late.text) == (409, True)


async def test_a_sealed_paper_takes_no_sheets(court: Court) -> None:
    case = await case_of(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{case.id}/draw/hearing_announcement"
    form = filled(await clerk.open(base)) | {"bench": "审判员 李正言", "number": "（2026）渝0235民初1号"}
    done = await clerk.post(f"{base}/finish", filled(await clerk.post(base, form)))
    assert done.status == 303, done.text[-900:]
    assert "签好的每一页" not in (await clerk.open(done.location)).text
    refused = await clerk.post(f"{done.location}/scan", scan_form(clerk.csrf, [b"\xff\xd8\xff"]))
    assert (refused.status, "scan.not_by_hand" in refused.text) == (409, True)


async def test_a_return_of_service_comes_back_to_its_attempt(court: Court) -> None:
    case = await case_of(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{case.id}/draw/hearing_announcement"
    form = filled(await clerk.open(base)) | {"bench": "审判员 李正言", "number": "（2026）渝0235民初1号"}
    drawn = await clerk.post(f"{base}/finish", filled(await clerk.post(base, form)))
    served = drawn.location.rsplit("/", 1)[1]
    await clerk.post(f"{drawn.location}/copies", {"made": "1", "made-reason": "在法庭打印"})
    party = (await people_of(court, case))[0]
    panel = f"/desk/matters/{case.id}/service"
    begun = await clerk.post(f"{panel}/new/direct", {"paper": served, "party": party})
    assert begun.status == 303, begun.text[-900:]
    attempt = (await court.read(attempts, subject_id=case.id))[0]
    here = f"{panel}/{attempt}"
    proof = await clerk.post(f"{here}/proof")
    assert proof.location in (await clerk.open(here)).text
    printed = await _printed(court, proof.location.rsplit("/", 1)[1])
    sheets = _sheets(printed)
    sent = await clerk.post(f"{proof.location}/scan", scan_form(clerk.csrf, sheets))
    ticks = {f"same-{n}": "yes" for n in range(1, len(sheets) + 1)}
    ticks |= hands((await clerk.open(sent.location)).text)
    gap = await clerk.post(sent.location, {"do": "accept"} | ticks)
    assert gap.status == 422 and 'href="#f-time"' in gap.text, "when he signed is asked for"
    kept = await clerk.post(sent.location, {"do": "accept", "relation": "self"} | ticks | now_of(court))
    assert kept.status == 303, kept.text[-900:]
    assert kept.location == here
    assert "已送达" in (await clerk.open(here)).text
