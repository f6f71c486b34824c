"""A server with disputes in every state: `python -m tests.web.served FOLDER FONTS PORT` prints JSON and serves."""

import asyncio
import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from court import installation
from court.config import Config
from court.printers import PrinterSetting
from court.services import mediation
from court.store.views import tour as tour_views
from court.web import pages
from court.web.keys import BLOBS
from documents import preview
from tests.documents.test_hand import inked
from tests.web import steps
from tests.web.conftest import SMS
from tests.web.desk_court import Court, running
from tests.web.service_case import in_service
from tests.web.suit_case import pages_of
from tests.web.test_agreement_desk import scan_form, signed_sheet
from tests.web.test_drawing import filled
from tests.web.test_seals import end_leaves, waiting_of


async def prepare(court: Court) -> tuple[dict[str, str], str]:
    """Page name -> path, each in the state its name says; the cookie of who reads what was served on him."""
    suits = await pages_of(court)
    fresh = await steps.register(court)
    booked = await steps.register(court)
    await steps.assign(court, booked)
    await steps.book(court, booked, respondent="remote")
    clerk = await court.staff("clerk")
    await clerk.post(f"/desk/hearings/{booked.hearing}/roll")
    drafted = await steps.register(court)
    await steps.assign(court, drafted)
    mediator = await court.staff("mediator")
    made = await mediator.post("/desk/agreements", {"matter": drafted.id})
    page = await mediator.open(made.location)
    unclear = {"clauses.0.what": "在还清以前不得离开本村", "clauses.1.what": "尽快向王秀英支付误工费"}
    typed = {"rev": steps.rev_of(page.text), "facts": "因通行发生纠纷。", "do": "save"}
    await mediator.post(made.location, typed | steps.CLAUSE | unclear)
    heard = await steps.read_aloud(court)
    signing = await steps.read_aloud(court)
    await steps.first_cannot_write(court, signing)
    await steps.begin_signing(court, signing)
    vehicle = await court.vehicle()
    first = (await steps.progress(vehicle, signing))["signers"][0]["id"]
    await steps.sign(vehicle, signing, first, print=base64.b64encode(inked()).decode())
    sealed = await steps.ready_to_sign(court)
    await steps.sign_all(court, sealed)
    told = json.loads((await mediator.send(f"/agreements/{sealed.agreement}/seal", {})).text)
    served, device = await in_service(court, sealed, told["paper_id"])
    scan = await returned(court)
    printed, pad = await drawn(court, booked)
    petition = await steps.petition_of(court)
    unsealed = await steps.ready_to_sign(court)
    await steps.sign_all(court, unsealed)
    await court.write(end_leaves, court=court)
    await mediator.send(f"/agreements/{unsealed.agreement}/seal", {})
    keeper = await court.staff("keeper")
    use = waiting_of((await keeper.open("/desk/seals")).text)
    order = {"paper": told["paper_id"], "printer": "车上打印机", "copies": "2"}
    batch = await (await court.staff("clerk")).post("/desk/batches/print", order)
    return served | suits | {
        "use": f"/desk/seals/uses/{use}",
        "matter": f"/desk/matters/{fresh.id}",
        "booking": f"/desk/hearings/new?matter={booked.id}",
        "hearing": f"/desk/hearings/{booked.hearing}",
        "draft": made.location,
        "reading": f"/agreements/{heard.agreement}/reading",
        "signing": f"/desk/agreements/{signing.agreement}",
        "scan": scan,
        "printed": printed,
        "pad": f"/desk{pad}",
        "pad_reading": f"{pad}/reading",
        "sealed": f"/desk/agreements/{sealed.agreement}",
        "paper": f"/desk/papers/{told['paper_id']}",
        "petition": f"/desk/petitions/{petition.id}",
        "batch": batch.location,
    } | await toured(court, booked.id), device


async def toured(court: Court, matter_id: str) -> dict[str, str]:
    """A vehicle that stands at two stops of a day, a dispute that waits, a calendar."""
    officer, mediator = await court.staff("officer"), await court.staff("mediator")
    for village, minutes in (("凤鸣镇红星村", "85"), ("凤鸣镇黎明村", "0")):
        road = "最后两公里是机耕道，雨天不走。"
        stop = {"village": village, "spot": "村委会院坝", "court_minutes": minutes, "road": road}
        await officer.post("/desk/tour/stops", stop)
    stops = await court.read(tour_views.stops)
    day = pages.local(court.now()).date() + timedelta(days=2)
    at = ""
    for stop, arrives, leaves in zip(stops, ("09:00", "13:00"), ("12:00", "17:00"), strict=True):
        sent = {"stop": stop.id, "vehicle": "01号车", "day": f"{day}", "arrives": arrives, "leaves": leaves}
        at = at or (await officer.post("/desk/tour/halts", sent)).location
    wish = {"matter": matter_id, "kind": "mediation", "village": "凤鸣镇红星村", "note": "当事人逢场天有空"}
    await mediator.post("/desk/tour/waiting", wish)
    await mediator.post("/desk/tour/feeds", {"vehicle": "01号车"})
    return {
        "tour": f"/desk/tour?from={day}",
        "halt": at,
        "halt_new": "/desk/tour/halts/new",
        "booking_halt": f"/desk/hearings/new?matter={matter_id}&halt={at.rsplit('/', 1)[1]}&day={day}",
    }


async def drawn(court: Court, case: steps.Case) -> tuple[str, str]:
    """A notice printed to be signed by hand, and the same on the pad, being read aloud: pages of the desk."""
    mediator = await court.staff("mediator")
    base = f"/desk/matters/{case.id}/draw/rights_notice"
    form = filled(await mediator.open(base))
    form["mediators"] = f"人民调解员｜{court.actors['mediator'].name}"
    found = []
    for signing in ("hand", "pad"):
        ready = filled(await mediator.post(base, form | {"signing": signing}))
        found.append((await mediator.post(f"{base}/finish", ready)).location)
    pad = found[1].removeprefix("/desk")
    await mediator.post(f"{pad}/read", {})
    return found[0], pad


async def returned(court: Court) -> str:
    """An agreement printed, signed by hand and photographed: the page on which the sheets are compared."""
    case = await steps.read_aloud(court)
    mediator = await court.staff("mediator")
    told = await steps.progress(mediator, case)
    at = f"/desk/agreements/{case.agreement}"
    await mediator.post(f"{at}/wet", {"rev": str(told["rev"])})
    found = await court.read(mediation.get, agreement_id=case.agreement)
    printed = await court.application[BLOBS].read(found.head_sha256)
    sheets = [signed_sheet(printed, n) for n in range(preview.page_count(printed))]
    return (await mediator.post(f"{at}/scan", scan_form(mediator.csrf, sheets))).location


async def main(folder: Path, fonts: Path, port: int) -> None:
    """Serve until standard input ends."""
    printers = [PrinterSetting(name="车上打印机", uri="ipp://127.0.0.1:9/ipp/print")]
    config = Config(
        data_dir=folder,
        fonts_dir=fonts,
        signing_workers=1,
        second_profile="sm2",
        media_workers=0,
        port=port,
        printers=printers,
        sms=SMS,
    )
    installation.prepare(config, datetime.now(UTC), lambda *_: None)
    async with running(config, port) as court:
        paths, device = await prepare(court)
        sys.stdout.write(json.dumps({"paths": paths, "tokens": court.tokens, "device": device}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
