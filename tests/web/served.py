"""A server with disputes in every state: `python -m tests.web.served FOLDER FONTS PORT` prints JSON and serves."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from court import installation
from court.config import Config
from court.printers import PrinterSetting
from tests.web import steps
from tests.web.desk_court import Court, running
from tests.web.test_seals import end_leaves, waiting_of


async def prepare(court: Court) -> dict[str, str]:
    """Page name -> path, each in the state its name says."""
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
    signing = await steps.ready_to_sign(court)
    sealed = await steps.ready_to_sign(court)
    await steps.sign_all(court, sealed)
    told = json.loads((await mediator.send(f"/agreements/{sealed.agreement}/seal", {})).text)
    petition = await steps.petition_of(court)
    unsealed = await steps.ready_to_sign(court)
    await steps.sign_all(court, unsealed)
    await court.write(end_leaves, court=court)
    await mediator.send(f"/agreements/{unsealed.agreement}/seal", {})
    keeper = await court.staff("keeper")
    use = waiting_of((await keeper.open("/desk/seals")).text)
    order = {"paper": told["paper_id"], "printer": "车上打印机", "copies": "2"}
    batch = await (await court.staff("clerk")).post("/desk/batches/print", order)
    return {
        "use": f"/desk/seals/uses/{use}",
        "matter": f"/desk/matters/{fresh.id}",
        "booking": f"/desk/hearings/new?matter={booked.id}",
        "hearing": f"/desk/hearings/{booked.hearing}",
        "draft": made.location,
        "signing": f"/desk/agreements/{signing.agreement}",
        "sealed": f"/desk/agreements/{sealed.agreement}",
        "paper": f"/desk/papers/{told['paper_id']}",
        "petition": f"/desk/petitions/{petition.id}",
        "batch": batch.location,
    }


async def main(folder: Path, fonts: Path, port: int) -> None:
    """Serve until standard input ends."""
    printers = [PrinterSetting(name="车上打印机", uri="ipp://127.0.0.1:9/ipp/print")]
    config = Config(
        data_dir=folder, fonts_dir=fonts, signing_workers=1, media_workers=0, port=port, printers=printers
    )
    installation.prepare(config, datetime.now(UTC), lambda *_: None)
    async with running(config, port) as court:
        sys.stdout.write(json.dumps({"paths": await prepare(court), "tokens": court.tokens}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
