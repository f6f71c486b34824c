"""辨认 as plain values: what was said of an exhibit, what is before a witness now. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from court.domain.exhibit import Exhibit
from court.domain.identifying import Identification
from court.services import identifying
from court.store.database import Read
from court.web.exhibit_facts import IdentifyingFacts, WitnessFacts

if TYPE_CHECKING:
    from court.web.seated import Seated


def said(place: Seated, exhibit: Exhibit, known: Iterable[Identification]) -> list[str]:
    """What witnesses said of this exhibit, each as one sentence."""
    captions = {row.seat.id: row.seat.caption for row in place.page.rows}
    return [
        f"{captions.get(one.seat_id, '')}辨认第{one.page + 1}页：{one.words}"
        for one in known
        if one.exhibit_id == exhibit.id and one.words
    ]


def identifying_facts(
    place: Seated, every: Iterable[Exhibit], known: Sequence[Identification]
) -> IdentifyingFacts | None:
    """What is before a witness, or was last."""
    if not known:
        return None
    last = known[-1]
    captions = {row.seat.id: row.seat.caption for row in place.page.rows}
    label = next((one.label(place.hearing.kind) for one in every if one.id == last.exhibit_id), "")
    return IdentifyingFacts(
        id=last.id,
        exhibit=last.exhibit_id,
        label=label,
        page=last.page,
        witness=captions.get(last.seat_id, ""),
        words=last.words,
        hidden=last.hidden_at is not None,
    )


def witness_facts(rx: Read, place: Seated) -> WitnessFacts | None:
    """For the page of the witness itself."""
    found = identifying.shown_to(rx, hearing=place.hearing, seat=place.seat)
    return WitnessFacts(id=found.id) if found is not None else None
