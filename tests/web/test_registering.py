"""Staff register for a person: on the telephone without a signature, with the officer's name, and never as a villager."""

import pytest
import sqlalchemy as sa

from court.domain.draft import Channel
from court.services import intake
from court.store import tables as t
from tests.web.desk_court import Court
from tests.web.kiosk_walk import DISPUTE, Kiosk, at_kiosk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_caller_is_registered_by_the_clerk_who_reads_it_back(court: Court) -> None:
    clerk = await court.staff("clerk")
    assert "代办登记" in (await clerk.open("/desk/register")).text
    began = await clerk.post("/desk/register", {"kind": "dispute", "channel": "call"})
    assert began.location == "/kiosk/steps/identity"
    kiosk = Kiosk(clerk)
    await kiosk.walk(DISPUTE)
    page = await kiosk.page("sign")
    assert "补签名" in page.text and "data-pad" not in page.text and "我叫王秀英" in page.text
    assert (await kiosk.answer("sign")).location == "/kiosk/receipt"

    def newest(rx):  # type: ignore[no-untyped-def]
        return rx.conn.execute(sa.select(t.matter.c.id).order_by(t.matter.c.id.desc()).limit(1)).scalar()

    told = await court.read(intake.of_matter, matter_id=await court.read(newest))
    assert told is not None and told.channel is Channel.CALL


async def test_the_vehicles_screen_cannot_leave_the_signature_out(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE)
    assert (await kiosk.answer("sign")).status == 422
    clerk = await court.staff("clerk")
    await clerk.open("/desk/register")
    for wrong in ({"kind": "dispute", "channel": "phone"}, {"kind": "x", "channel": "call"}):
        assert (await clerk.post("/desk/register", wrong)).status == 400
