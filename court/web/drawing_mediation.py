"""What the tracks of a dispute know already for the papers of mediation and confirmation, by kind and field. No form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from court.config import Config
from court.domain.amount import of_fen
from court.domain.calendar import working_calendar
from court.domain.chinese import numeral
from court.domain.confirmation import Confirmation, last_day
from court.domain.confirmation_review import GROUNDS
from court.domain.mediation_end import ENDINGS, EndReason
from court.domain.mediation_people import Mediation, OfferEnd
from court.domain.numbers import COURT_ZONE, day_of
from court.domain.performance import SETTLED, performed
from court.domain.track import Track, TrackKind
from court.services import confirmation, duties, follow_ups, tracks
from court.services.mediation_track import known_of
from court.store.database import Read

ByKind = Mapping[str, Mapping[str, str]]


def told(rx: Read, *, matter_id: str, now: datetime, config: Config, sealed: bool) -> ByKind:
    """Kind of paper to the fields that are known; empty where no track knows anything."""
    found: dict[str, dict[str, str]] = {}
    known = tracks.of_matter(rx, matter_id=matter_id)
    mediations = [one for one in known if one.kind is TrackKind.MEDIATION]
    if mediations:
        found |= _mediation(mediations[-1], known_of(mediations[-1]), config)
    found |= _performance(rx, matter_id)
    # What was heard on a visit stays with those who mediated.
    if sealed:
        found.pop("follow_up", None)
    applied = confirmation.latest(rx, matter_id=matter_id)
    if applied is not None:
        found |= _confirmation(applied, confirmation.known_of(applied))
    return found


def _mediation(track: Track, known: Mediation, config: Config) -> dict[str, dict[str, str]]:
    facts = "\n".join(known.undisputed)
    found = {"undisputed_facts": {"points": facts}}
    if track.outcome not in set(EndReason) or track.ended_at is None or track.outcome == EndReason.AGREED:
        return found
    begun = next((o.ended_at for o in known.offers if o.end is OfferEnd.ACCEPTED and o.ended_at), None)
    found["mediation_report"] = {
        "addressee": config.court_name,
        "begun_on": f"{day_of(begun or track.opened_at)}",
        "ended_on": f"{day_of(track.ended_at)}",
        "ended_because": BECAUSE.get(EndReason(track.outcome), ""),
        "reasons": known.note,
        "costly": known.costly,
        "points": facts,
    }
    return found


# The paper's words for each reason (documents.mediating.EndedBecause); an agreement is a paper of its own.
BECAUSE: dict[EndReason, str] = {
    reason: one.name.replace("，未达成协议，", "，未达成调解协议，")
    for reason, one in ENDINGS.items()
    if reason is not EndReason.AGREED
}


def _performance(rx: Read, matter_id: str) -> dict[str, dict[str, str]]:
    planned = duties.of_matter(rx, matter_id=matter_id)
    if not planned:
        return {}
    clause = {one.id: f"第{numeral(one.clause)}项" for one in planned}
    what = {one.id: one.what for one in planned}
    lines = [
        "｜".join(
            (
                clause[one.duty_id],
                what[one.duty_id].replace("\n", " "),
                f"{one.amount_fen / 100:.2f}" if one.amount_fen is not None else "",
                f"{one.on}",
                one.method,
            )
        )
        for one in duties.receipts(rx, duties=planned)
    ]
    still = [
        f"{clause[one.id]}：{one.who}{one.what}"
        + (f"，还差{of_fen(one.open_fen)}" if one.open_fen is not None else "")
        for one in planned
        if one.state not in SETTLED
    ]
    far = performed(planned).value
    proof = {"items": "\n".join(lines), "performance": far, "open_items": "；".join(still)}
    found = {"performance_proof": proof}
    held = [one for one in follow_ups.of_matter(rx, matter_id=matter_id) if one.visited_at]
    if held:
        last = held[-1]
        assert last.visited_at and last.performance and last.satisfaction
        found["follow_up"] = {
            "round": f"{last.round}",
            "visited_at": f"{last.visited_at.astimezone(COURT_ZONE):%Y-%m-%dT%H:%M}",
            "method": last.method,
            "performance": last.performance.value,
            "satisfaction": last.satisfaction.value,
            "situation": last.situation,
            "next_step": last.task_answer or last.task,
        }
    return found


def _confirmation(track: Track, known: Confirmation) -> dict[str, dict[str, str]]:
    due = last_day(known.effective_on, working_calendar()).at
    ruling = {
        "number": track.number,
        "accepted_on": f"{day_of(known.accepted_at)}" if known.accepted_at else "",
        "received_on": f"{day_of(known.applied_at)}" if known.applied_at else "",
        "asked": f"本院通知双方共同到场核实。{known.asked}" if known.asked else "",
        "reasons": known.reasons,
    }
    words = "\n".join(GROUNDS[one].words for one in known.found)
    return {
        "confirmation_application": {"last_day": f"{due}"},
        "confirmation_granted": ruling,
        "confirmation_rejected": ruling | {"grounds": words},
        "confirmation_not_accepted": ruling | {"bars": words},
    }
