"""证人保证书 on the desk: drawn from the session, signed by the witness on the pad after his identity, noted by itself."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from court.domain.pledge import PledgeAct, rules
from court.services import hearing as hearings
from court.services import pledges
from court.web import pages
from tests.web import steps
from tests.web.desk_court import Court, Person
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
