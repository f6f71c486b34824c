"""A loan of 30,000 yuan at the desk, by the pages themselves: complaint, acceptance, fee, judgment, effect, enforcement."""

from datetime import timedelta
from typing import Any

from court.domain.enforcement import CheckItem
from court.domain.service import Fact, FactKind, ServiceMethod
from court.services import clocks, copies, filing, matter, service_order, serving
from court.services.service_order import ServiceOrder
from court.store.database import Tx
from court.store.load import papers
from tests.services.world import NOTICES
from tests.web import steps
from tests.web.desk_court import Court, Person
from tests.web.test_drawing import filled
from tests.web.test_filing import ACCEPT, act, loan, received, when

JUDGMENT = {
    "requests": "判令被告返还借款本金30000元",
    "holdings": "被告张德贵于本判决生效之日立即返还原告王秀英借款本金30000元",
    "basis": "《中华人民共和国民法典》第六百六十七条、第六百七十五条",
    "found": "2025年3月，被告向原告借款30000元，出具借条一张，约定2025年12月归还，到期没有归还。",
    "reasons": "双方之间的民间借贷关系合法有效，被告应当按照约定归还。",
    "hearing": "本院立案后，依法适用小额诉讼程序，公开开庭进行了审理。",
    "fee": "案件受理费减半收取275元，由被告负担",
}


async def waiting(court: Court) -> tuple[steps.Case, str]:
    """A complaint that waits for its decision, and the address of its page."""
    case = await loan(court)
    return case, await received(court, await court.staff("clerk"), case)


async def accepted(court: Court) -> tuple[steps.Case, str]:
    """Accepted as a small claim, the fee paid on the spot."""
    case, base = await waiting(court)
    clerk = await court.staff("clerk")
    assert (await act(clerk, base, "accept", **ACCEPT)).status == 303
    assert (await act(clerk, base, "notify_fee")).status == 303
    officer = await court.staff("officer")
    paid = {"paid": "275", "receipt": "渝财20260001", "on_the_spot": "yes"}
    assert (await act(officer, base, "pay_fee", **paid)).status == 303
    return case, base


async def judged(court: Court) -> tuple[steps.Case, str]:
    """Judged in court, the judgment handed to both, in effect."""
    case, base = await accepted(court)
    judge = await court.staff("judge")
    draw = f"/desk/matters/{case.id}/draw/judgment"
    shown = await judge.post(draw, filled(await judge.open(draw)) | JUDGMENT)
    assert shown.status == 200, shown.text[-2500:]
    sealed = await judge.post(f"{draw}/finish", filled(shown))
    assert sealed.status == 303, sealed.text[-1500:]
    paper_id = sealed.location.rsplit("/", 1)[1]
    decided = {"kind": "judgment", "paper_id": paper_id, "in_court": "yes", "by": "李正言", "performs_on": ""}
    announced = {f"announced_at{key[2:]}": value for key, value in when(court, "at").items()}
    done = await act(judge, base, "decide", performs_in="", **(decided | announced))
    assert done.status == 303, done.text[-2500:]
    await court.write(_handed, court=court, case=case, paper_id=paper_id)
    done = await act(judge, base, "take_effect", on="")
    assert done.status == 303, done.text[-2500:]
    return case, base


def _handed(tx: Tx, *, court: Court, case: steps.Case, paper_id: str) -> None:
    """To every party, who signs for it."""
    clerk, now = court.actors["clerk"], court.now()
    copies.enter(tx, actor=clerk, now=now, paper_id=paper_id, copies=5, reason="办公室打印")
    people = tuple(one.id for one in matter.parties(tx, subject_id=case.id))
    order = ServiceOrder(method=ServiceMethod.DIRECT, paper_ids=(paper_id,), party_ids=people)
    about: dict[str, Any] = {"subject_kind": "matter", "subject_id": case.id, "number": case.number}
    begun = service_order.begin(tx, actor=clerk, now=now, order=order, notices=NOTICES, link_days=30, **about)
    for one in begun.attempts:
        fact = Fact(kind=FactKind.SIGNED, at=now - timedelta(seconds=1))
        serving.note(tx, actor=clerk, now=now, service_id=one, fact=fact)
    assert papers.paper(tx.conn, paper_id) is not None


async def enforced(court: Court) -> tuple[steps.Case, str]:
    """The application for enforcement prepared, its list not yet whole."""
    case, _ = await judged(court)
    clerk = await court.staff("clerk")
    creditor = (await court.read(matter.parties, subject_id=case.id))[0].id
    base = f"/desk/matters/{case.id}/enforcement"
    begun = await clerk.post(base, {"applicant": creditor})
    assert begun.status == 303, begun.text[-2500:]
    return case, base


async def handed_in(court: Court, clerk: Person, base: str) -> None:
    """The list ticked and the application filed with its own number."""
    early = await act(clerk, base, "apply")
    assert early.status == 409 and "enforcement.incomplete" in early.text
    page = await clerk.open(base)
    ticked = {f"item-{item}": "yes" for item in CheckItem if item is not CheckItem.SUCCESSION}
    sent = {"rev": steps.rev_of(page.text), "leads": "在镇上有一家小卖部"} | ticked
    assert (await clerk.post(f"{base}/check", sent)).status == 303
    assert (await act(clerk, base, "apply")).status == 303
    assert (await act(clerk, base, "accept")).status == 303


async def pages_of(court: Court) -> dict[str, str]:
    """Page name -> path, each in a state worth seeing."""
    fresh = await loan(court)
    _, open_suit = await accepted(court)
    case, application = await enforced(court)
    track = await court.read(filing.of_matter, matter_id=open_suit.split("/")[3])
    assert track is not None
    term = await court.read(clocks.running, track_id=track.id, rule="SU-17")
    assert term is not None
    return {
        "receive": f"/desk/matters/{fresh.id}/filing",
        "filing": open_suit,
        "judged": f"/desk/matters/{case.id}/filing",
        "enforcement": application,
        "case_file": f"/desk/matters/{case.id}/filing/file",
        "limit": f"/desk/matters/{track.matter_id}/clocks/{term.id}",
        "tracks": f"/desk/matters/{case.id}",
    }
