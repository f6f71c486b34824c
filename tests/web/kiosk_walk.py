"""A villager at the kiosk: answers page after page like a browser, with the hidden fields each page gave."""

import io
import json
import re

from aiohttp import FormData
from PIL import Image

from tests.web.desk_court import Answer, Court, Person

NUMBER = "11010519491231002X"
DISPUTE: tuple[tuple[str, dict[str, str]], ...] = (
    ("identity", {"id_number": NUMBER}),
    ("name", {"name": "王秀英"}),
    ("contact", {"phone": "13812345678", "address": "凤鸣镇黎明村3组"}),
    ("topic", {}),
    ("cause", {"cause_code": "55(2)"}),
    ("elements", {}),
    ("facts", {"facts": "路是1998年修的，今年三月被石头堵了。"}),
    ("place", {"place": "黎明村3组水井边"}),
    ("request", {"request": "把石头搬走"}),
    ("other", {"name": "张大贵", "address": "黎明村5组", "act": "add"}),
    ("other", {}),
    ("materials", {}),
    ("notice", {}),
    ("consent", {f"consent_{s}": "yes" for s in ("filing", "mediation", "hearing", "service")}),
    ("review", {}),
)
PETITION: tuple[tuple[str, dict[str, str]], ...] = (
    ("identity", {"no_card": "yes"}),
    ("name", {"name": "李有田", "gender": "男", "birth": "19560305"}),
    ("contact", {"phone": "", "address": "凤鸣镇黎明村1组"}),
    ("class", {"petition_class": "claim"}),
    ("facts", {"facts": "村里的路灯坏了半年没人修。"}),
    ("place", {"place": ""}),
    ("request", {"request": "请修好路灯"}),
    ("materials", {}),
    ("notice", {}),
    ("consent", {f"consent_{s}": "yes" for s in ("filing", "hearing", "service")}),
    ("review", {}),
)


def strokes(points: int = 40, width: float = 1200, height: float = 400) -> str:
    """A signature as pad.js sends it."""
    path = [
        {"x": 100 + n * 20.0, "y": 100 + (n % 7) * 20.0, "t": n * 16, "pressure": 0.5} for n in range(points)
    ]
    return json.dumps({"width": width, "height": height, "strokes": [path]})


def picture(size: tuple[int, int] = (320, 240)) -> bytes:
    """A small real JPEG."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG")
    return out.getvalue()


def at_field(answer: Answer, name: str) -> str:
    """The message that stands at an input; empty when there is none."""
    found = re.search(rf'id="e-{re.escape(name)}".*?</span>(.*?)</span></p>', answer.text, re.DOTALL)
    return found.group(1) if found else ""


class Kiosk:
    """One registration on one screen."""

    def __init__(self, person: Person) -> None:
        self.person = person

    async def start(self, kind: str = "dispute") -> None:
        await self.person.open("/kiosk")
        began = await self.person.post("/kiosk/start", {"kind": kind})
        assert began.location == "/kiosk/steps/identity"

    async def page(self, step: str) -> Answer:
        return await self.person.get(f"/kiosk/steps/{step}")

    async def fields(self, step: str) -> dict[str, str]:
        """The hidden fields of a page as it stands now."""
        page = await self.person.open(f"/kiosk/steps/{step}")
        return {name: page.hidden[name] for name in ("draft", "revision")}

    async def answer(self, step: str, **said: str) -> Answer:
        return await self.person.post(f"/kiosk/steps/{step}", await self.fields(step) | said)

    async def walk(self, answers: tuple[tuple[str, dict[str, str]], ...], until: str = "") -> None:
        """Answers every page up to `until`; each must lead on."""
        for step, said in answers:
            if step == until:
                return
            went = await self.answer(step, **said)
            assert went.status == 303, (step, went.status, went.text[-3000:])

    async def sign(self, hand: str | None = None) -> Answer:
        return await self.answer("sign", strokes=strokes() if hand is None else hand)

    async def upload(
        self, data: bytes, name: str = "photo.jpg", kind: str = "image/jpeg", **headers: str
    ) -> Answer:
        form = FormData()
        for key, value in (await self.fields("materials")).items():
            form.add_field(key, value)
        form.add_field("csrf", self.person.csrf)
        form.add_field("once", "0123456789")
        form.add_field("photo", io.BytesIO(data), filename=name, content_type=kind)
        sent = await self.person.client.post(
            "/kiosk/materials", data=form, allow_redirects=False, headers=headers
        )
        return await self.person._read(sent)

    async def code(self) -> str:
        """The query code of the receipt on the screen."""
        page = await self.person.open("/kiosk/receipt")
        found = re.search(r'receipt__code">([\d ]+)<', page.text)
        assert found
        return found.group(1).replace(" ", "")


async def at_kiosk(court: Court, kind: str = "dispute") -> Kiosk:
    """A registration begun on the vehicle's terminal."""
    kiosk = Kiosk(await court.vehicle())
    await kiosk.start(kind)
    return kiosk
