"""Photographs of papers at the kiosk: what is a picture comes in, everything else is refused in words."""

import json

import pytest

from court.services import draft as drafts
from tests.web.desk_court import Court
from tests.web.kiosk_walk import DISPUTE, Kiosk, at_field, at_kiosk, picture

pytestmark = pytest.mark.asyncio(loop_scope="session")
AS_SCRIPT = {"Accept": "application/json"}


async def at_materials(court: Court) -> Kiosk:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="materials")
    return kiosk


async def kept(court: Court, kiosk: Kiosk) -> list[str]:
    draft_id = (await kiosk.fields("materials"))["draft"]
    return [m.id for m in (await court.read(drafts.get, draft_id=draft_id)).materials]


async def test_a_photograph_is_kept_shown_and_taken_out_again(court: Court) -> None:
    kiosk = await at_materials(court)
    data = picture()
    assert (await kiosk.upload(data)).location == "/kiosk/steps/materials"
    (material,) = await kept(court, kiosk)
    shown = await kiosk.person.client.get(f"/kiosk/materials/{material}")
    assert shown.status == 200 and await shown.read() == data
    assert "第1张材料" in (await kiosk.page("materials")).text
    fields = await kiosk.fields("materials")
    gone = await kiosk.person.post(f"/kiosk/materials/{material}/remove", fields)
    again = await kiosk.person.post(f"/kiosk/materials/{material}/remove", fields)
    assert gone.location == again.location == "/kiosk/steps/materials"
    assert await kept(court, kiosk) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"MZ this is a program" * 100, "upload.wrong_type"),
        (b"%PDF-1.7 not a photograph", "upload.wrong_type"),
        (picture()[:200], "upload.damaged"),
        (b"", "upload.empty"),
    ],
)
async def test_what_only_claims_to_be_a_photograph_is_refused(court: Court, data: bytes, code: str) -> None:
    kiosk = await at_materials(court)
    by_form = await kiosk.upload(data)
    assert by_form.status in {415, 422} and at_field(by_form, "photo") and code in by_form.text
    by_script = await kiosk.upload(data, **AS_SCRIPT)
    assert json.loads(by_script.text)["code"] == code
    assert await kept(court, kiosk) == []


async def test_a_file_beyond_the_limit_is_refused_and_the_registration_goes_on(court: Court) -> None:
    kiosk = await at_materials(court)
    huge = picture() + b"\0" * (21 * 1024 * 1024)
    refused = await kiosk.upload(huge, **AS_SCRIPT)
    assert refused.status == 413 and json.loads(refused.text)["code"] in {"upload.too_large", "web.too_large"}
    assert (await kiosk.page("materials")).status == 200


async def test_a_photograph_of_a_finished_registration_is_out_of_reach(court: Court) -> None:
    kiosk = await at_materials(court)
    await kiosk.upload(picture())
    (material,) = await kept(court, kiosk)
    await kiosk.person.post("/kiosk/lock")
    assert (await kiosk.person.get(f"/kiosk/materials/{material}")).status == 404


async def test_the_photographs_move_with_the_matter(court: Court) -> None:
    kiosk = await at_materials(court)
    await kiosk.upload(picture(), name="借条.jpg")
    await kiosk.walk(DISPUTE[10:])
    assert "我交了1张材料照片" in (await kiosk.page("review")).text
    assert (await kiosk.sign()).location == "/kiosk/receipt"
    assert "1 份" in (await kiosk.person.open("/kiosk/receipt")).text
