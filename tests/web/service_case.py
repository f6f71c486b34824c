"""A sealed paper in the middle of its service: one has signed for his copy, one has a link, one posting came back."""

import re
from datetime import timedelta

import sqlalchemy as sa

from court.store import tables as t
from court.store import views
from court.store.database import Read
from court.web.sessions import SERVED_COOKIE
from tests.web import steps
from tests.web.desk_court import Court


def now_of(court: Court) -> dict[str, str]:
    """The day and time of a fact that happens now, as a form sends them."""
    local = court.now() + timedelta(hours=8)
    return {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}


async def people_of(court: Court, case: steps.Case) -> list[str]:
    """The ids of the parties, in order."""
    page = await court.read(views.matter_page, actor=court.actors["clerk"], matter_id=case.id)
    return [party.id for party in page.parties]


async def in_service(court: Court, case: steps.Case, paper: str) -> tuple[dict[str, str], str]:
    """Page name -> path, and the cookie of the device on which the link was opened. Needs a gateway of text messages
    in the settings that takes nothing, so that its link stays in the outbox."""
    clerk, base = await court.staff("clerk"), f"/desk/matters/{case.id}/service"
    applicant, respondent = (await people_of(court, case))[:2]
    given = {
        "basis": "confirmed",
        "place": "云阳县凤鸣镇红星村3组12号",
        "mobile": "13800138000",
        "mail": "zhang@mail.test",
    }
    await clerk.post(f"{base}/addresses/{respondent}", given | {"electronic": "yes", "judgments": "yes"})
    await clerk.post(
        f"/desk/papers/{paper}/copies", {"made": "3", "made-reason": "车上打印机缺纸，在法庭打印"}
    )
    for method, party, more in (
        ("direct", applicant, {}),
        ("post", respondent, {"tracking": "EMS1000223344"}),
        ("electronic", respondent, {"channel": "sms"}),
    ):
        done = await clerk.post(f"{base}/new/{method}", {"paper": paper, "party": party} | more)
        assert done.status == 303, done.text[-1500:]
    direct, post, electronic = await court.read(attempts, subject_id=case.id)
    await clerk.post(f"{base}/{direct}/facts/signed", now_of(court) | {"relation": "self"})
    back = now_of(court) | {"reason": "nobody", "words": "邻居说外出务工"}
    await clerk.post(f"{base}/{post}/facts/returned", back)
    body = await court.read(_body, ref=electronic)
    link = re.search(r"/served/[\w-]+", body)
    assert link
    person = await court.browser()
    await person.open(link.group())
    opened = await person.post(link.group(), {"answer": "张德贵"})
    assert opened.status == 303, opened.text[-1500:]
    paths = {
        "service": base,
        "service_new": f"{base}/new/electronic?paper={paper}",
        "service_hand": f"{base}/new/direct?paper={paper}",
        "service_one": f"{base}/{post}",
        "service_direct": f"{base}/{direct}",
        "service_paper": f"/desk/papers/{paper}",
        "served_link": link.group(),
        "served": opened.location,
        "served_paper": f"{opened.location}/{paper}",
    }
    cookies = person.client.session.cookie_jar.filter_cookies(person.client.make_url("/"))
    return paths, cookies[SERVED_COOKIE].value


def attempts(rx: Read, *, subject_id: str) -> list[str]:
    """The ids of the attempts of service, in order."""
    s = t.service
    query = sa.select(s.c.id).where(s.c.subject_id == subject_id).order_by(s.c.created_at, s.c.id)
    return [str(one) for one in rx.conn.execute(query).scalars()]


def _body(rx, *, ref: str) -> str:  # type: ignore[no-untyped-def]
    return str(rx.conn.execute(sa.select(t.outbox.c.body).where(t.outbox.c.ref == ref)).scalar_one())
