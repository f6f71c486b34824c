"""What a lawsuit and an application for enforcement tell the papers drawn about their matter. No form, no paper."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from court.domain import filing_rules as rules
from court.domain.amount import yuan
from court.domain.enforcement import EnforcementDetails
from court.domain.fees import Procedure, Relief
from court.domain.filing import FilingDetails
from court.domain.numbers import COURT_ZONE, day_of
from court.domain.procedure import PROCEDURE_NAMES
from court.domain.track import Track
from court.services import clocks, enforcing, filing
from court.store.database import Read

_HALF = {Procedure.SMALL, Procedure.SIMPLE}


def of_matter(rx: Read, *, matter_id: str, now: datetime) -> dict[str, str]:
    """By the names of fields; empty where there is no accepted suit."""
    track = filing.of_matter(rx, matter_id=matter_id)
    if track is None or not track.number:
        return {}
    known = filing.known_of(track)
    told = _suit(track, known)
    running = [one for one in clocks.of_track(rx, track_id=track.id) if one.open]
    rule = rules.EVIDENCE[known.procedure]
    evidence = next((one for one in running if one.rule == rule), None)
    until = evidence.due_on if evidence else clocks.reckoned_day(rule=rule, since=now)
    told["until"] = until.isoformat()
    fee = next((one for one in running if one.rule == "SU-06"), None)
    told["due"] = (fee.due_on if fee else clocks.reckoned_day(rule="SU-06", since=now)).isoformat()
    return told


def of_enforcement(rx: Read, *, matter_id: str, court_name: str) -> dict[str, str]:
    """For the papers of an enforcement: its own number, the title and what is claimed."""
    track = enforcing.of_matter(rx, matter_id=matter_id)
    if track is None:
        return {}
    known = enforcing.known_of(track)
    return _title(known, court_name) | ({"number": track.number} if track.number else {})


def _suit(track: Track, known: FilingDetails) -> dict[str, str]:
    procedure = PROCEDURE_NAMES[known.procedure]
    accepted = known.accepted_at or known.received_at
    told = {
        "number": track.number,
        "case_number": track.number,
        "procedure": procedure,
        "filed_on": day_of(accepted).isoformat(),
        "accepted_on": day_of(accepted).isoformat(),
        "answer_days": "15",
        "hearing": _heard(known, procedure),
        "pays_money": "yes" if known.claim is not None else "",
    }
    return told | _fee(known)


def _heard(known: FilingDetails, procedure: str) -> str:
    accepted = known.accepted_at or known.received_at
    begun = f"本院于{_day(accepted)}立案后，依法适用{procedure}"
    if known.heard_at is None:
        return f"{begun}进行了审理。"
    return f"{begun}，于{_day(known.heard_at)}公开开庭进行了审理。"


def _day(at: datetime) -> str:
    local = at.astimezone(COURT_ZONE)
    return f"{local.year}年{local.month}月{local.day}日"


def _fee(known: FilingDetails) -> dict[str, str]:
    fee = known.fee or rules.charged(known, known.procedure, known.received_at)
    half = "减半收取" if known.procedure in _HALF else ""
    base = _plain(known.claim) if known.claim is not None else ""
    rule = "诉讼费用交纳办法第十三条" + ("、第十六条" if half else "")
    told = {
        "fee": _plain(fee.payable),
        "fee_words": f"案件受理费{half}{yuan(Decimal(fee.payable) / 100)}元",
        "items": f"案件受理费｜{base}｜{rule}｜{_plain(fee.payable)}",
        "total": _plain(fee.payable),
        "receipt_number": fee.receipt,
        "on_the_spot": "yes" if fee.on_the_spot else "",
    }
    if fee.relief is not Relief.NONE:
        told["reduction"] = fee.relief_reason
    return told


def _plain(fen: int) -> str:
    """1200.00"""
    return f"{Decimal(fen) / 100:.2f}"


def _title(known: EnforcementDetails, court_name: str) -> dict[str, str]:
    claim = f"{yuan(Decimal(known.claim) / 100)}元" if known.claim is not None else ""
    title = (court_name, known.title_name, known.title_number, known.effective_on.isoformat())
    told = {"title": "｜".join(title), "clues": "\n".join(line for line in known.leads.split("\n") if line)}
    if claim:
        told["requests"] = (
            f"请求强制执行{known.title_number}{known.title_name}确定的给付义务，本金{claim}及利息、迟延履行期间的债务利息"
        )
        told["claims"] = f"本金｜{_plain(known.claim or 0)}"
        told["total"] = _plain(known.claim or 0)
    told["facts"] = (
        f"{known.title_number}{known.title_name}已于{known.effective_on}生效，履行期限到{known.performs_on}届满，"
        "被执行人没有履行。"
    )
    return told
