"""Exhibits over HTTP: handed in, shown to all, pointed at, examined; hostile files and seats that may not."""

import asyncio
import subprocess
import time
import uuid
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from court.domain.admission import AdmissionAction
from court.domain.hearing import Place, SeatInput, SeatRole
from court.services import hearing as hearings
from court.services import order
from court.services import seat as seats
from court.web import exhibit, keys, workers
from court.web.exhibit_pictures import DRAWN, Key
from court.web.keys import DB
from tests.conftest import need
from tests.hostile_pdf import endless, of_pages, with_box
from tests.web.room_court import Court, sitting

JPEG = BytesIO()
Image.new("RGB", (1200, 800), (240, 230, 210)).save(JPEG, "JPEG")


class Table:
    """The court with words for handing in and reading back."""

    def __init__(self, court: Court) -> None:
        self.court, self.case = court, court.case
        self.applicant, self.respondent = (party.id for party in court.case.parties)

    async def send(self, who: str, path: str, data: bytes, **fields: str) -> tuple[int, Any]:
        form = aiohttp.FormData()
        for name, value in fields.items():
            form.add_field(name, value)
        form.add_field("file", data, filename="看.pdf", content_type="application/octet-stream")
        url, headers = self.court.at(path), self.court.headers(who)
        async with self.court.client.post(url, data=form, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def submit(self, who: str, party: str, data: bytes = JPEG.getvalue(), title: str = "借条") -> Any:
        status, answer = await self.send(who, "/exhibits", data, title=title, purpose="借款属实", party=party)
        assert status == 200, answer
        return answer["exhibits"][-1]

    async def seen(self, who: str) -> Any:
        status, answer = await self.court.get(who, "/exhibits")
        assert status == 200, answer
        return answer

    async def post(self, who: str, path: str, **body: Any) -> Any:
        status, answer = await self.court.post(who, f"/exhibits{path}", **body)
        assert status == 200, answer
        return answer

    async def refused(self, code: str, who: str, path: str, **body: Any) -> None:
        _, answer = await self.court.post(who, f"/exhibits{path}", **body)
        assert answer["code"] == code, answer

    async def picture(self, who: str, exhibit: str, page: int = 0, width: int = 480) -> int:
        status, _ = await self.court.get(who, f"/exhibits/{exhibit}/pages/{page}?w={width}")
        return status

    async def door(self, action: AdmissionAction) -> None:
        """The judge lets the respondent, who comes by a link, in or out."""
        judge, seat = self.case.people["judge"].actor(), self.case.seats["remote"].id
        facts = {"hearing_id": self.case.hearing.id, "seat_id": seat, "action": action}
        db = self.court.client.app[DB]  # type: ignore[index]
        await db.write(order.let, actor=judge, now=self.case.hearing.starts_at, **facts)

    async def witness(self) -> str:
        """A witness who follows a link of his own; the name of his cookies."""
        now = self.case.hearing.starts_at
        judge = self.case.people["judge"].actor()

        def invite(tx: Any) -> str:
            given = SeatInput(role=SeatRole.WITNESS, name="周证人", place=Place.REMOTE)
            seat = hearings.add_seat(tx, actor=judge, now=now, hearing_id=self.case.hearing.id, seat=given)
            link = seats.create_link(tx, actor=judge, now=now, seat_id=seat.id)
            return seats.redeem(tx, now=now, token=link.token, device=None).device

        device = await self.court.client.app[DB].write(invite)  # type: ignore[union-attr]
        self.case.cookies["witness"] = {"court_seat": device}
        return "witness"


@pytest.fixture
async def table(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Table]:
    async with sitting(tmp_path, fonts_dir) as running:
        status, answer = await running.post("judge", "/open")
        assert status == 200, answer
        seated = Table(running)
        await seated.door(AdmissionAction.ADMIT)
        yield seated


async def test_what_the_judge_shows_stands_on_every_screen_also_after_a_reload(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant, of_pages(3))
    assert (made["label"], made["pages"], made["state"]) == ("申请人证据1", 3, "registered")
    assert (await table.seen("remote"))["exhibits"] == []
    assert await table.picture("remote", made["id"]) == 404
    await table.refused("exhibit.not_allowed", "clerk", "/show", exhibit=made["id"])
    await table.refused("exhibit.not_allowed", "remote", "/show", exhibit=made["id"])
    await table.refused("exhibit.no_page", "judge", "/show", exhibit=made["id"], page=3)
    await table.post("judge", "/show", exhibit=made["id"], page=2)
    for who in ("judge", "clerk", "vehicle", "remote"):
        _, state = await table.court.get(who, "/state")
        assert (state["exhibits"]["showing"]["exhibit"], state["exhibits"]["showing"]["page"]) == (
            made["id"],
            2,
        )
        assert await table.picture(who, made["id"], 2) == 200
    await table.post("judge", "/show")
    assert (await table.seen("remote"))["showing"] is None


async def test_a_browser_gets_pictures_and_never_the_file(table: Table) -> None:
    made = await table.submit("remote", table.respondent, of_pages(1))
    path = table.court.at(f"/exhibits/{made['id']}/pages/0?w=960")
    async with table.court.client.get(path, headers=table.court.headers("remote")) as answer:
        assert answer.content_type == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert Image.open(BytesIO(await answer.read())).width == 960
    for wrong in ("?w=961", "?w=99999999", "?w=-1", "?w=x"):
        status, _ = await table.court.get("remote", f"/exhibits/{made['id']}/pages/0{wrong}")
        assert status == 400
    for page in ("1", "-1", "00000", "x"):
        status, _ = await table.court.get("remote", f"/exhibits/{made['id']}/pages/{page}")
        assert status in (404, 422)


HOSTILE = (
    (b"", "upload.empty"),
    (b"MZ this is no picture", "upload.wrong_type"),
    (b"<html><script>alert(1)</script>", "upload.wrong_type"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "upload.wrong_type"),
    (JPEG.getvalue()[:300], "upload.damaged"),
    (b"%PDF-1.7 nothing at all %%EOF", "sheets.unreadable"),
    (of_pages(201), "sheets.too_many"),
    (of_pages(1_000_000), "sheets.too_many"),
    (with_box("0 0 300 200000"), "sheets.size"),
    (b"%PDF-1.7" + bytes(200_000) + b"%%EOF", "upload.too_large"),
)


async def test_a_hostile_file_is_answered_in_words(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibit, "MOST_BYTES", 100_000)
    for data, code in HOSTILE:
        status, answer = await table.send("remote", "/exhibits", data, title="借条", party=table.respondent)
        assert answer["code"] == code
        assert status in (413, 415, 422)
        assert answer["detail"]
    assert (await table.seen("judge"))["exhibits"] == []


async def test_an_endless_drawing_holds_up_nobody(table: Table) -> None:
    """Its worker is ended and replaced; meanwhile pages are answered and the next file is drawn."""
    app = table.court.client.app
    assert app is not None
    app[keys.SHEETS]._seconds = 2.0
    task = asyncio.create_task(
        table.send("remote", "/exhibits", endless(), title="流水", party=table.respondent)
    )
    answered = 0
    while not task.done():
        await table.seen("judge")
        answered += 1
        await asyncio.sleep(0.05)
    status, answer = await task
    assert (status, answer["code"]) == (422, "exhibit.too_heavy")
    assert answered > 5
    app[keys.SHEETS]._seconds = workers.SHEET_SECONDS
    assert (await table.submit("remote", table.respondent))["label"] == "被申请人证据1"
    began = time.monotonic()
    _, again = await table.send("remote", "/exhibits", endless(), title="流水", party=table.respondent)
    assert again["code"] == "exhibit.too_heavy"
    assert time.monotonic() - began < workers.SHEET_SECONDS, (
        "a file that blocked its worker is not tried again"
    )


async def test_many_screens_asking_at_once_are_answered_by_one_drawing(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant, of_pages(2))
    await table.post("judge", "/show", exhibit=made["id"])
    app = table.court.client.app
    assert app is not None
    drawn: list[Key] = []
    real = app[DRAWN]._draw

    async def counted(application: Any, key: Key) -> tuple[bytes, str]:
        drawn.append(key)
        return await real(application, key)

    app[DRAWN]._draw = counted  # type: ignore[method-assign]
    who = ("judge", "clerk", "vehicle", "remote")
    assert await asyncio.gather(*(table.picture(one, made["id"], 1, 1440) for one in who)) == [200] * 4
    assert len(drawn) == 1


async def test_a_witness_and_a_stranger_see_nothing_and_do_nothing(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant)
    await table.post("judge", "/show", exhibit=made["id"])
    witness = await table.witness()
    _, state = await table.court.get(witness, "/state")
    assert state["exhibits"] is None
    for who in (witness, "stranger"):
        status, _ = await table.court.get(who, "/exhibits")
        assert status in (403, 404)
        assert await table.picture(who, made["id"]) in (403, 404)
        status, _ = await table.send(who, "/exhibits", JPEG.getvalue(), title="x", party=table.applicant)
        assert status in (403, 404)
        for path, body in (
            ("/show", {"exhibit": made["id"]}),
            ("/pointer", {"x": 1, "y": 1}),
            (f"/{made['id']}/marks/undo", {"page": 0}),
        ):
            status, _ = await table.court.post(who, f"/exhibits{path}", **body)
            assert status in (403, 404), (who, path)


async def test_who_waits_before_the_door_sees_only_what_he_handed_in(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant)
    await table.post("judge", "/show", exhibit=made["id"])
    await table.door(AdmissionAction.DISMISS)
    own = await table.submit("remote", table.respondent)
    told = await table.seen("remote")
    assert [one["id"] for one in told["exhibits"]] == [own["id"]]
    assert told["showing"] is None
    assert await table.picture("remote", made["id"]) == 404
    assert await table.picture("remote", own["id"]) == 200
    await table.refused("exhibit.outside", "remote", "/pointer", x=1, y=1)


async def test_each_side_speaks_only_for_itself(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant)
    yes = {"authentic": "accepted", "lawful": "accepted", "relevant": "objected", "text": "与本案无关"}
    at = f"/{made['id']}/opinions"
    said = {"id": str(uuid.uuid4()), "party": table.respondent, **yes}
    await table.refused("exhibit.wrong_state", "remote", at, **said)
    await table.post("judge", "/show", exhibit=made["id"])
    await table.refused("exhibit.not_yours", "vehicle", at, **said)
    await table.post("remote", at, **said)
    told = (await table.post("remote", at, **said))["exhibits"][0]
    assert [o["words"] for o in told["opinions"]] == [
        "真实性认可，合法性认可，关联性有异议。理由：与本案无关"
    ]
    status, _ = await table.send("vehicle", "/exhibits", JPEG.getvalue(), title="x", party=table.respondent)
    assert status == 403


async def test_the_examination_ends_with_the_original_and_the_lines_for_the_clerk(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant)
    await table.post("judge", "/show", exhibit=made["id"])
    original = {"id": str(uuid.uuid4()), "result": "same", "note": "当庭核对"}
    await table.refused("exhibit.not_allowed", "vehicle", f"/{made['id']}/original", **original)
    await table.post("clerk", f"/{made['id']}/original", **original)
    await table.refused("exhibit.opinions_missing", "judge", f"/{made['id']}/examine")
    told = (await table.post("judge", f"/{made['id']}/examine", anyway=True))["exhibits"][0]
    assert (told["state"], told["original"]["name"], told["grounds"]) == (
        "examined",
        "与原件一致",
        ["已与原件比对一致"],
    )
    assert (await table.seen("judge"))["lines"] == []
    lines = (await table.seen("clerk"))["lines"]
    assert [line["text"] for line in lines] == [
        "出示申请人证据1：借条，证明目的：借款属实。",
        "经核对，申请人证据1与原件一致。当庭核对",
        "申请人证据1质证完毕。",
    ]
    wording = {"speaker": lines[0]["speaker"], "text": "现在出示借条。"}
    await table.refused("transcript.not_allowed", "judge", f"/lines/{lines[0]['id']}", **wording)
    await table.post("clerk", f"/lines/{lines[0]['id']}", **wording)
    await table.post("clerk", f"/lines/{lines[1]['id']}/drop")
    _, state = await table.court.get("remote", "/state")
    assert [line["text"] for line in state["lines"]] == ["现在出示借条。"]
    _, found = await table.court.get("judge", f"/hearings/{table.case.hearing.id}/exhibits.json")
    assert [one["kind"] for one in found["moments"]] == ["submitted", "shown", "original", "examined"]
    assert all(one["offset_ms"] is not None for one in found["moments"])


async def test_strokes_and_pointer_are_bounded(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant)
    await table.post("judge", "/show", exhibit=made["id"])
    at, stroke = f"/{made['id']}/marks", {"page": 0, "kind": "pen", "points": [[1, 2], [3, 4]]}
    for wrong in (
        {"points": [[0, 10_001]]},
        {"points": [[1, 2]] * 201},
        {"points": []},
        {"kind": "script"},
        {"page": -1},
        {"id": "../../etc"},
    ):
        status, _ = await table.court.post(
            "remote", f"/exhibits{at}", **{"id": str(uuid.uuid4()), **stroke, **wrong}
        )
        assert status in (400, 422), wrong
    told = await table.post("remote", at, id=str(uuid.uuid4()), **stroke)
    assert told["mark"]["by"] == table.case.seats["remote"].caption
    assert [m["id"] for m in (await table.seen("judge"))["showing"]["marks"]] == [told["mark"]["id"]]
    await table.refused("exhibit.not_allowed", "remote", f"{at}/clear", page=0)
    await table.post("remote", f"{at}/undo", page=0)
    assert (await table.seen("judge"))["showing"]["marks"] == []
    for _ in range(30):
        status, _ = await table.court.post("remote", "/exhibits/pointer", x=5000, y=5000)
        assert status == 204
    status, _ = await table.court.post("remote", "/exhibits/pointer", x=10_001, y=0)
    assert status == 400


async def test_the_vehicle_takes_the_still_it_was_asked_for(table: Table) -> None:
    await table.refused("exhibit.not_allowed", "remote", "/captures", title="土地证")
    asked = await table.post("judge", "/captures", title="土地证", party=table.applicant)
    assert (await table.seen("remote"))["capture"] is None
    waiting = (await table.seen("vehicle"))["capture"]
    assert waiting == asked["capture"]
    at = f"/exhibits/captures/{waiting['id']}"
    status, answer = await table.send("remote", at, JPEG.getvalue())
    assert (status, answer["code"]) == (403, "exhibit.not_yours")
    status, answer = await table.send("vehicle", at, of_pages(1))
    assert answer["code"] == "upload.wrong_type"
    status, answer = await table.send("vehicle", at, JPEG.getvalue())
    assert status == 200
    assert (answer["exhibits"][0]["origin"], answer["capture"]) == ("实物展台拍摄", None)
    status, again = await table.send("vehicle", at, JPEG.getvalue())
    assert [one["id"] for one in again["exhibits"]] == [one["id"] for one in answer["exhibits"]]


async def identify(table: Table, exhibit: str, words: str) -> None:
    """辨认 of the first page by a witness who was called in, written down by the clerk."""
    await table.witness()
    judge, now = table.case.people["judge"].actor(), table.case.hearing.starts_at
    db = table.court.client.app[DB]  # type: ignore[index]
    listed = await db.read(hearings.seats, hearing_id=table.case.hearing.id)
    seat = next(one.id for one in listed if one.role is SeatRole.WITNESS)
    called = {"hearing_id": table.case.hearing.id, "seat_id": seat, "action": AdmissionAction.ADMIT}
    await db.write(order.let, actor=judge, now=now, **called)
    told = await table.post("judge", f"/{exhibit}/identify", witness=seat)
    status, _ = await table.court.post("clerk", f"/identify/{told['identifying']['id']}/words", words=words)
    assert status == 200


async def test_the_list_is_a_sealed_paper_with_opinions_and_hashes(table: Table, tmp_path: Path) -> None:
    made = await table.submit("vehicle", table.applicant, title="借条")
    await table.post("judge", "/show", exhibit=made["id"])
    stances = {
        "authentic": "accepted",
        "lawful": "accepted",
        "relevant": "objected",
        "text": "这张借条写的是另一笔钱，与本案无关，这不是我签的字",
    }
    said = {"id": str(uuid.uuid4()), "party": table.respondent, **stances}
    await table.post("remote", f"/{made['id']}/opinions", **said)
    await identify(table, made["id"], "借条是他当着我的面写的")
    at = f"/hearings/{table.case.hearing.id}/exhibits/paper"
    status, answer = await table.court.post("clerk", at)
    assert status == 200, answer
    _, again = await table.court.post("judge", at)
    assert again == answer
    for who in ("remote", "vehicle", "stranger"):
        status, _ = await table.court.post(who, at)
        assert status in (401, 403, 404)
    path = f"/papers/{answer['paper_id']}.pdf"
    async with table.court.client.get(path, headers=table.court.headers("clerk")) as sent:
        (tmp_path / "list.pdf").write_bytes(await sent.read())
    text = subprocess.run(
        [need("pdftotext"), "-raw", tmp_path / "list.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    text = "".join(text.split())  # a cell breaks its lines
    for words in ("证据目录", "申请人证据1", "借条", "关联性有异议", "这不是我签的字", made["sha256"][:32]):
        assert words in text
    assert "证人周证人" in text and "看第1页：借条是他当着我的面写的（记录人陈书宁）" in text
    subprocess.run([need("qpdf"), "--check", tmp_path / "list.pdf"], check=True, capture_output=True)
