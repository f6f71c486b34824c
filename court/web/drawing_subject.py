"""What a paper is drawn up about: a dispute or a petition, with what its register tells of it already. No form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from court.domain.hearing import Hearing
from court.domain.matter import Party
from court.domain.petition import TERM_DAYS, PetitionClass
from court.domain.told import Told
from court.services import intake
from court.store.views import matter_page, petition_page
from court.store.views.petition import PetitionPage
from court.web import drawing_form, drawing_mediation, drawing_track, pages
from court.web.access import actor
from court.web.drawing_mediation import ByKind
from court.web.keys import CONFIG, DB, NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`base` is its page; `sheet` what the fields of a form hold at first, by name; `enforcing` those of an enforcement;
    `by_kind` what mediation, performance and confirmation know for one kind of paper."""

    kind: str  # "matter", "petition"
    name: str
    id: str
    number: str
    base: str
    parties: tuple[Party, ...]
    hearings: tuple[Hearing, ...]
    sheet: Mapping[str, str]
    answered: Told | None = None
    enforcing: Mapping[str, str] = field(default_factory=dict)
    by_kind: ByKind = field(default_factory=dict)

    def known(self, kind: str) -> dict[str, str]:
        """What the form of a kind of paper holds at first."""
        own = {key: value for key, value in self.by_kind.get(kind, {}).items() if value}
        return drawing_form.prefilled(kind, self.sheet, self.answered, self.enforcing) | own


async def of(request: web.Request) -> Subject:
    """The subject of this address as this member of staff may see it; refuses as its page does."""
    wanted, who = request.match_info["id"], actor(request)
    if request.match_info["about"] == "petitions":
        page = await request.app[DB].read(petition_page, actor=who, petition_id=wanted)
        return Subject(
            kind="petition",
            name="信访事项",
            id=page.petition.id,
            number=page.petition.number,
            base=f"/desk/petitions/{page.petition.id}",
            parties=page.petitioners,
            hearings=page.hearings,
            sheet=_petition(request, page),
        )
    found = await request.app[DB].read(matter_page, actor=who, matter_id=wanted)
    db, config, now = request.app[DB], request.app[CONFIG], request[NOW]
    answered = await db.read(intake.of_matter, matter_id=wanted)
    suit = await db.read(drawing_track.of_matter, matter_id=wanted, now=now)
    enforcing = await db.read(drawing_track.of_enforcement, matter_id=wanted, court_name=config.court_name)
    return Subject(
        kind="matter",
        name="纠纷",
        id=found.matter.id,
        number=found.matter.number,
        base=f"/desk/matters/{found.matter.id}",
        parties=found.parties,
        hearings=found.hearings,
        sheet=drawing_form.sheet(found, config, now) | suit,
        enforcing=enforcing,
        answered=answered,
        by_kind=await request.app[DB].read(
            drawing_mediation.told,
            matter_id=wanted,
            now=request[NOW],
            config=request.app[CONFIG],
            sealed=found.sealed,
        ),
    )


def _petition(request: web.Request, page: PetitionPage) -> dict[str, str]:
    """Nothing of an accusation goes into a letter by itself."""
    petition, config, now = page.petition, request.app[CONFIG], request[NOW]
    official = page.official.name if page.official else actor(request).name
    names = "、".join(party.name for party in page.petitioners)
    accusation = petition.petition_class is PetitionClass.ACCUSATION
    told = {
        "petition_number": petition.number,
        "received_on": f"{pages.local(petition.created_at):%Y-%m-%d}",
        "received_at": f"{pages.local(petition.created_at):%Y-%m-%dT%H:%M}",
        "place": petition.place,
        "channel": "走访",
        "nature": petition.class_name,
        "crowd": str(max(1, len(page.petitioners))),
        "requests": petition.request,
        "facts": petition.facts,
        "grounds": petition.facts,
        "statement": petition.facts,
        "summary": "" if accusation else petition.facts,
        "recipient": names,
        "inquiry": f"凭查询码在车载终端或者 {config.base_url} 查询",
        "contact": f"{config.petition_body}，电话{config.help_phone}",
        "registrars": f"登记人｜{official}",
        "receivers": f"接访人｜{official}",
        "mode": "远程视频接访",
        "accepted_on": f"{pages.local(now):%Y-%m-%d}",
        "due": f"{pages.local(now) + timedelta(days=TERM_DAYS):%Y-%m-%d}",
        "route": "信访程序",
        "result": petition.reception_result,
    }
    return told | _reception(page.hearings)


def _reception(hearings: tuple[Hearing, ...]) -> dict[str, str]:
    """The latest reception."""
    if not hearings:
        return {}
    latest = max(hearings, key=lambda one: one.starts_at)
    return {"begins_at": f"{pages.local(latest.starts_at):%Y-%m-%dT%H:%M}", "place": latest.place}
