"""A photographed paper put straight: what each press does to the picture, the original kept, bombs refused."""

import hashlib
import io
import re

import pytest
from PIL import Image, ImageDraw

from court.domain.errors import CourtError
from court.web import photos
from court.web.photos import Edits
from tests.web.desk_court import Court
from tests.web.kiosk_walk import DISPUTE, at_kiosk

MOST = 50_000_000


def photographed() -> bytes:
    """A bright sheet with grey writing on a dark table, the sheet to the right."""
    found = Image.new("RGB", (800, 600), (40, 36, 30))
    draw = ImageDraw.Draw(found)
    draw.rectangle((400, 60, 760, 540), fill=(190, 190, 185))
    for line in range(10):
        draw.line((430, 100 + 40 * line, 730, 100 + 40 * line), fill=(120, 120, 120), width=4)
    out = io.BytesIO()
    found.save(out, "JPEG", quality=92)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_the_sheet_is_found_and_cut_out_of_the_table() -> None:
    data = photographed()
    left, top, right, bottom = photos.sheet(data, 0, MOST)
    assert 470 <= left <= 500 and 80 <= top <= 100 and 35 <= right <= 55 and 80 <= bottom <= 100
    width, height = opened(photos.improved(data, Edits(cut=(left, top, right, bottom)), MOST)).size
    assert 360 <= width <= 390 and 480 <= height <= 510


def test_a_blank_picture_is_not_cut() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), (200, 200, 200)).save(out, "JPEG")
    assert photos.sheet(out.getvalue(), 0, MOST) == (0, 0, 0, 0)


def test_turning_and_clearing_make_another_picture_of_the_right_size() -> None:
    data = photographed()
    assert opened(photos.improved(data, Edits(turn=90), MOST)).size == (600, 800)
    plain, clear = (opened(photos.improved(data, Edits(clear=c), MOST)).convert("L") for c in (False, True))
    assert clear.getextrema()[1] > plain.getextrema()[1] - 5 and clear.tobytes() != plain.tobytes()
    assert clear.histogram()[250:] > plain.histogram()[250:]


@pytest.mark.parametrize(
    "wrong", ['{"turn":45}', '{"cut":[500,0,400,0]}', '{"cut":[-1,0,0,0]}', "{", '{"cut":[1,2]}']
)
def test_impossible_edits_are_refused(wrong: str) -> None:
    with pytest.raises(CourtError):
        photos.read(wrong)


def test_too_many_pixels_and_damaged_files_are_refused() -> None:
    with pytest.raises(CourtError, match="尺寸太大"):
        photos.improved(photographed(), Edits(), 1000)
    with pytest.raises(CourtError):
        photos.improved(b"\xff\xd8\xff broken", Edits(), MOST)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_person_sees_before_and_after_and_takes_it_back(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="materials")
    data = photographed()
    await kiosk.upload(data)
    page = await kiosk.page("materials")
    found = re.search(r"/kiosk/materials/([\w-]+)/edit", page.text)
    assert found
    at, own = f"/kiosk/materials/{found.group(1)}/edit", f"/kiosk/materials/{found.group(1)}"

    async def fetched(path: str) -> bytes:
        return await (await kiosk.person.client.get(path)).read()

    fields = {"draft": (await kiosk.fields("materials"))["draft"]}
    assert (await kiosk.person.post(at, fields | {"act": "auto"})).location == at
    assert opened(await fetched(own)).width < 450
    assert hashlib.sha256(await fetched(f"{own}/original")).digest() == hashlib.sha256(data).digest()
    await kiosk.person.post(at, fields | {"act": "right"})
    assert opened(await fetched(own)).size == (600, 800)
    assert "恢复原样" in (await kiosk.person.open(at)).text
    assert (await kiosk.person.post(at, fields | {"act": "cut", "left": "90"})).status == 422
    assert (await kiosk.person.post(at, fields | {"act": "nonsense"})).status == 422
    await kiosk.person.post(at, fields | {"act": "undo"})
    assert await fetched(own) == data
