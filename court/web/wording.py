"""Journal entries and choices in plain Chinese for the pages of staff. Words only."""

from __future__ import annotations

from collections.abc import Mapping

from court.domain.consent import STEP_NAMES
from court.domain.hearing import METHOD_NAMES, REASON_NAMES
from court.domain.paper import SERVICE_NAMES

__all__ = ["METHOD_NAMES", "REASON_NAMES", "SERVICE_NAMES", "STEP_NAMES", "event"]

EVENTS: Mapping[str, str] = {}


def event(type_: str) -> str:
    """What happened, as a person would say it; a type without a sentence shows itself."""
    return EVENTS.get(type_, type_)
