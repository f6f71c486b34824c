"""At the vehicle: the terminal is enrolled, and a villager registers a dispute question by question."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Mapping

from PIL import Image, ImageDraw

from court.rehearsal.stage import Stage
from court.rehearsal.visitor import Page, Stuck, Visitor

# Ids from GB 11643's own examples' scheme: right checksum, nobody's.
APPLICANT_ID = "11010519491231002X"
RESPONDENT_ID = "440524188001010014"
APPLICANT, RESPONDENT = "王秀英", "张𬱟山"
MOST_PAGES = 30

ANSWERS: Mapping[str, Mapping[str, str | list[str]]] = {
    "identity": {"id_number": APPLICANT_ID},
    "name": {"name": APPLICANT},
    "contact": {"phone": "13800000001", "address": "云阳县凤鸣镇黎明村3组"},
    "elements": {},
    "facts": {"facts": "我家和张家共用一条石板路，去年秋天他家在路上砌了墙，我背柴过不去，绕路要多走半里。"},
    "place": {"place": "黎明村3组石板路"},
    "request": {"request": "请他把墙拆开一米，让大家都能过。"},
    "other": {"name": RESPONDENT, "phone": "13800000002", "address": "云阳县凤鸣镇黎明村3组", "act": "next"},
    "notice": {},
    "consent": {
        "consent_filing": "yes",
        "consent_mediation": "yes",
        "consent_hearing": "yes",
        "consent_service": "yes",
    },
    "review": {},
}
CAUSE_WORDS = "通行"


def handwriting(seed: float = 1.0, *, width: int = 900, height: int = 300) -> dict[str, object]:
    """Strokes as a pad delivers them: a name-like run of four strokes with time and pressure."""
    strokes = []
    for n in range(4):
        left = width * (0.1 + 0.2 * n)
        strokes.append(
            [
                {
                    "x": round(left + width * 0.13 * i / 23, 1),
                    "y": round(height * (0.5 + 0.3 * math.sin(seed + n + i / 4)), 1),
                    "t": 700 * n + 16 * i,
                    "pressure": round(0.4 + 0.4 * math.sin(math.pi * i / 23), 3),
                }
                for i in range(24)
            ]
        )
    return {"width": width, "height": height, "strokes": strokes}


def photograph(words: str) -> bytes:
    """A JPEG such as the document camera gives."""
    picture = Image.new("RGB", (1200, 1600), (246, 244, 238))
    draw = ImageDraw.Draw(picture)
    for row in range(18):
        draw.line((120, 200 + 70 * row, 1080, 200 + 70 * row), fill=(120, 120, 130), width=3)
    draw.text((140, 120), words, fill=(30, 30, 30))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


async def enrol(terminal: Visitor, stage: Stage) -> None:
    """Make this browser the vehicle's terminal."""
    page = await terminal.get("/kiosk/enrol")
    await terminal.submit(page.form("/kiosk/enrol", having="code"), {"code": stage.terminal_code})


async def register(terminal: Visitor) -> tuple[str, str]:
    """Walk the questions to the receipt. Returns the matter's number and query code."""
    page = await terminal.get("/kiosk")
    page = await terminal.submit(page.form("/kiosk/start"), {"kind": "dispute"})
    for _ in range(MOST_PAGES):
        if page.url.endswith("/kiosk/receipt"):
            return receipt(page)
        page = await answer(terminal, page)
    raise Stuck(f"the questions do not end: {page.url}")


async def answer(terminal: Visitor, page: Page) -> Page:
    """Answer the one question of this page and go on. Errors: Stuck."""
    key = page.url.rsplit("/", 1)[-1].split("?")[0]
    form_at = f"/kiosk/steps/{key}"
    if key == "topic":
        return await terminal.get("/kiosk/steps/cause?all=1")
    if key == "cause":
        return await terminal.submit(page.form(form_at), {"cause_code": _cause(page)})
    if key == "materials":
        upload = page.form("/kiosk/materials", having="photo")
        page = await terminal.submit(
            upload, {}, {"photo": ("path.jpg", photograph("The path, photographed"), "image/jpeg")}
        )
        return await terminal.submit(page.form(form_at), {})
    if key == "sign":
        return await terminal.submit(page.form(form_at), {"strokes": json.dumps(handwriting())})
    if key not in ANSWERS:
        raise Stuck(f"a page that the rehearsal does not know: {page.url}")
    return await terminal.submit(page.form(form_at), ANSWERS[key])


def _cause(page: Page) -> str:
    for value, text in page.options("cause_code"):
        if CAUSE_WORDS in text:
            return value
    raise Stuck("no cause of action about a right of way")


def receipt(page: Page) -> tuple[str, str]:
    """Number and query code as the receipt shows them. Errors: Stuck."""
    code = re.search(r"查询码\s*((?:\d\s*){10})", page.text)
    number = re.search(r"纠〔\d{4}〕\d+号", page.text)
    if not code or not number:
        raise Stuck("the receipt shows no number or no query code")
    return number.group(), re.sub(r"\s", "", code.group(1))
