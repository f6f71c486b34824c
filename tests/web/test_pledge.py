"""证人保证书 on the desk: drawn from the session, signed by the witness on the pad after his identity, noted by itself."""

import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from court.domain.hearing import HearingKind
from court.domain.pledge import PledgeAct, rules
from court.services import hearing as hearings
from court.services import pledges
from court.web import pages
from tests.web import steps
from tests.web.desk_court import Court, Person
from tests.web.room_court import sitting
from tests.web.test_drawing import PEN, filled


async def trial(court: Court) -> tuple[steps.Case, Person, str]:
    """A booked trial at its roll call with a witness; his seat."""
    case = await steps.register(court)
    await steps.assign(court, case)
    clerk = await court.staff("clerk")
    at = pages.local(court.now() + timedelta(hours=1))
    sent = {
        "matter": case.id,
        "kind": "trial",
        "day": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M}",
        "minutes": "60",
    }
    sent |= {"despite": "许多案件共用一位审判员"}
    sent |= {"place": "凤鸣镇红星村", "place_1": "vehicle", "place_2": "vehicle"}
    sent |= {"staff_judge": court.actors["judge"].id, "staff_clerk": court.actors["clerk"].id}
    answer = await clerk.post("/desk/hearings", sent)
    assert answer.status == 303, answer.text[-2000:]
    case.hearing = answer.location.rsplit("/", 1)[1]
    assert (await clerk.post(f"/desk/hearings/{case.hearing}/roll")).status == 303
    added = {"seat-role": "witness", "seat-name": "周证人", "seat-place": "vehicle"}
    answer = await clerk.post(f"/desk/hearings/{case.hearing}/seats", added)
    assert answer.status == 303, answer.text[-2000:]
    seats = await court.read(hearings.seats, hearing_id=case.hearing)
    return case, clerk, next(one.id for one in seats if one.name == "周证人")


@pytest.mark.asyncio(loop_scope="session")
async def test_the_witness_signs_the_drawn_pledge_on_the_pad(court: Court) -> None:
    case, clerk, seat = await trial(court)
    base = f"/desk/matters/{case.id}/draw/witness_pledge"
    page = await clerk.open(f"{base}?seat={seat}")
    assert "证人｜周证人" in unescape(page.text) and rules().text in unescape(page.text)
    told = {"signing": "pad", "told_by": f"书记员｜{court.actors['clerk'].name}"}
    shown = await clerk.post(base, filled(page) | told)
    assert shown.status == 200, shown.text[-1500:]
    started = await clerk.post(f"{base}/finish", filled(shown))
    assert started.status == 303, started.text[-1500:]
    gone = await clerk.post(
        f"/desk/hearings/{case.hearing}/seats/change", {"seat_id": seat, "act": "withdraw"}
    )
    assert gone.status == 409, "who signs a paper keeps his seat"
    for name in ("周证人", court.actors["clerk"].name):
        text = (await clerk.open(started.location)).text
        signer = re.search(r'name="signer_id" value="([^"]+)"|data-signer="([^"]+)"', text)
        assert signer and name in text
        who = {"signer_id": signer[1] or signer[2]}
        if name == "周证人":
            assert "先核验身份" in text, "nobody signs unknown"
            blocked = await clerk.send(f"{started.location}/pad", who)
            assert json.loads(blocked.text)["code"] == "record_paper.identity_missing"
            card = who | {"method": "id_card", "id_number": "11010519491231002X"}
            assert (await clerk.post(f"{started.location}/identity", card)).status == 303
        turn = json.loads((await clerk.send(f"{started.location}/pad", who)).text)["turn"]
        signed = await clerk.send(f"{started.location}/sign", who | {"turn": turn, "handwriting": PEN})
        assert signed.status == 200, signed.text
    assert "已经完成" in (await clerk.open(started.location)).text
    (noted,) = await court.read(pledges.of_hearing, hearing_id=case.hearing)
    assert (noted.act, noted.seat_id) == (PledgeAct.SIGN, seat)


async def test_in_the_room_the_witness_is_called_asked_and_led_out_by_his_pledge(
    tmp_path: Path, fonts_dir: Path
) -> None:
    async with sitting(tmp_path, fonts_dir, opened=True, witness=True, kind=HearingKind.TRIAL) as court:
        seat = court.case.seats["witness"].id

        async def stands() -> tuple[str, list[str]]:
            _, order = await court.get("clerk", "/order")
            (pledge,) = (door["pledge"] for door in order["doors"] if door["pledge"])
            return pledge["state"], pledge["may"]

        assert await stands() == ("none", ["sign"])
        status, answer = await court.post("judge", "/admit", seat=seat)
        assert (status, answer["code"]) == (409, "pledge.missing")
        status, answer = await court.post("clerk", "/pledge", seat=seat, act="call")
        assert (status, answer["code"]) == (403, "pledge.not_allowed")
        for path, more in (("/pledge", {"act": "call"}), ("/admit", {})):
            assert (await court.post("judge", path, seat=seat, **more))[0] == 200
        assert await stands() == ("called", ["read"])
        assert (await court.post("clerk", "/pledge", seat=seat, act="read"))[0] == 200
        assert await stands() == ("given", [])
        _, told = await court.get("remote", "/transcript")
        assert any("当庭宣读并签署保证书" in line["text"] for line in told["lines"])
        status, answer = await court.post("remote", "/pledge", seat=seat, act="sign")
        assert status in {401, 403}
