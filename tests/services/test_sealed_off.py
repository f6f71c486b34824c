"""What was said in a mediation does not exist for who tries the dispute afterwards; what was released does."""

import pytest

from court.domain import sealed_off
from court.domain.errors import CourtError
from court.domain.filing import FilingDetails
from court.domain.paper import PaperKind
from court.services import agreements, filing, mediation_track
from court.store import sight
from court.store.views import hearing_page, matter_page
from tests.services.world import World


async def test_the_talks_are_closed_to_the_judge_of_the_trial_and_open_to_the_mediator(world: World) -> None:
    drafted = await world.reading()
    matter_id, hearing_id = drafted.matter_id, drafted.hearing_id
    assert hearing_id is not None
    await world.do(mediation_track.open_mediation, "clerk", 50, matter_id=matter_id)
    clerk, mediator = world.people["clerk"], world.people["mediator"]
    before = await world.db.read(matter_page, actor=clerk, matter_id=matter_id)
    assert before.hearings and before.agreements and not before.sealed
    await world.do(
        filing.receive, "clerk", 60, matter_id=matter_id, known=FilingDetails(received_at=world.at(60))
    )
    closed = await world.db.read(matter_page, actor=clerk, matter_id=matter_id)
    sat = await world.db.read(sight.sees_hearing, actor=clerk, hearing_id=hearing_id)
    # The clerk who sat in the talks keeps them; who did not sit finds nothing.
    assert sat and closed.sealed
    other = type(clerk)(kind=clerk.kind, id="other", role=clerk.role, name="另一书记员")
    page = await world.db.read(matter_page, actor=other, matter_id=matter_id)
    assert page.sealed and page.hearings == () and page.agreements == ()
    with pytest.raises(CourtError) as hidden:
        await world.db.read(hearing_page, actor=other, hearing_id=hearing_id, now=world.at(61))
    assert hidden.value.code == "hearing.not_found"
    with pytest.raises(CourtError) as gone:
        await world.db.read(agreements.seen, actor=other, agreement_id=drafted.id)
    assert gone.value.code == "agreement.not_found"
    assert (await world.db.read(agreements.seen, actor=mediator, agreement_id=drafted.id)).id == drafted.id


@pytest.mark.parametrize(
    ("kind", "of_talks", "shown"),
    [
        (PaperKind.UNDISPUTED_FACTS, True, True),
        (PaperKind.AGREEMENT, True, True),
        (PaperKind.MEDIATION_REPORT, True, True),
        (PaperKind.TRANSCRIPT, True, False),
        (PaperKind.CAUCUS, True, False),
        (PaperKind.FOLLOW_UP, False, False),
        (PaperKind.SUMMONS, False, True),
        (PaperKind.TRANSCRIPT, False, True),
    ],
)
def test_only_what_was_released_leaves_the_talks_on_paper(
    kind: PaperKind, of_talks: bool, shown: bool
) -> None:
    assert sealed_off.shows_paper(kind, of_talks=of_talks, sealed=True) is shown
    assert sealed_off.shows_paper(kind, of_talks=of_talks, sealed=False)
