"""The pages of a mediation by the people who use them: every act reached from the dispute's page, faults at their field."""

import re

import pytest

from court.services import tracks
from tests.web import steps
from tests.web.desk_court import Answer, Court, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def does(person: Person, page: str, verb: str, **sent: object) -> Answer:
    """One form of the page sent, with the revision that the page carries."""
    text = (await person.open(page)).text
    found = re.search(r'name="rev" value="(\d+)"', text)
    rev = {"rev": found.group(1)} if found else {}
    return await person.post(f"{page}/{verb}", rev | sent)


async def test_from_the_application_to_the_talks_and_a_failed_end(court: Court) -> None:
    case = await steps.register(court)
    base = f"/desk/matters/{case.id}"
    clerk, mediator = await court.staff("clerk"), await court.staff("mediator")
    assert f'href="{base}/mediation"' in (await clerk.open(base)).text
    page = f"{base}/mediation"
    assert (await does(clerk, page, "open", origin="applied", language="苗语")).status == 303
    shown = (await clerk.open(page)).text
    assert "名册上没有登记会说苗语" in shown
    people = dict(re.findall(r'name="agreed" value="([^"]+)".*?option__text">(.+?)同意<', shown))
    who = court.actors["mediator"].id
    one_side = await does(clerk, page, "choose", account_id=who, agreed=next(iter(people)))
    assert one_side.status == 422 and "mediation.not_joint" in one_side.text
    assert (await does(clerk, page, "appoint", account_id=who, reason="当事人信任")).status == 303
    assert (await does(mediator, page, "accept")).status == 303
    assert "还没有征询" in (await mediator.open(page)).text
    for party in people:
        answered = await does(mediator, page, "answer", party_id=party, question="willing", yes="yes")
        assert answered.status == 303
    assert (await does(mediator, page, "prepare", way="helped", told="yes")).status == 303
    assert (await does(mediator, page, "begin")).status == 303
    assert "调解中" in (await mediator.open(page)).text
    empty = await does(mediator, page, "end", reason="apart")
    assert empty.status == 422 and 'href="#f-end-note"' in empty.text
    ended = await does(
        mediator, page, "end", **{"reason": "apart", "end-note": "差距太大", "undisputed": "路原宽1.6米。"}
    )
    assert ended.status == 303
    done = (await mediator.open(page)).text
    assert "分歧较大" in done and "制作调解终结报告" in done and "路原宽1.6米" in done
    ways = (await clerk.open(f"{base}/refer")).text
    assert "调解不成，转立案" in ways
    stale = await clerk.post(f"{page}/begin", {"rev": "1"})
    assert stale.status == 404
    sent = {
        "kind": "mediation_to_court",
        "source": "mediation",
        "reason": "坚持起诉",
        "once": "one-key-of-one-form",
    }
    for _ in range(2):
        assert (await clerk.post(f"{base}/refer", sent)).status == 303
    kinds = [one.kind for one in await court.read(tracks.of_matter, matter_id=case.id)]
    assert kinds == ["mediation", "filing"]


async def test_pages_of_performance_confirmation_and_the_roll_open(court: Court) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{case.id}"
    assert "还没有生效的协议" in (await clerk.open(f"{base}/performance")).text
    assert "还没有申请" in (await clerk.open(f"{base}/confirmation")).text
    assert "警调对接" in (await clerk.open(f"{base}/refer")).text
    roll = await clerk.open("/desk/mediators")
    assert "周和平" in roll.text
    sent = {"rev": "0", "languages": "苗语\n重庆话", "fields": "相邻关系纠纷", "places": "凤鸣镇"}
    ident = court.actors["mediator"].id
    assert (await clerk.post(f"/desk/mediators/{ident}", sent)).status == 303
    stale = await clerk.post(f"/desk/mediators/{ident}", sent)
    assert stale.status == 409 and "mediator.stale" in stale.text
    page = f"{base}/mediation"
    assert (await does(clerk, page, "open", origin="applied", language="苗语")).status == 303
    shown = (await clerk.open(page)).text
    assert "会说苗语；熟悉凤鸣镇；擅长相邻关系纠纷" in shown
    assert (await (await court.staff("stranger")).get(page, headers={"Accept": "text/html"})).status == 200
