"""The classes of all papers, by their names. Loading takes a tenth of a second: `documents.registry` asks for it."""

from __future__ import annotations

from documents import (
    case_file,
    caucus,
    choices,
    confirmation,
    enforcement,
    enforcement_scene,
    exhibits,
    judgment,
    mediating,
    mediation,
    notice,
    petition,
    petition_opinion,
    pleading,
    recording_note,
    seal_register,
    service,
    transcript,
)
from documents.kit import Facts

_PARTS = (
    mediating,
    mediation,
    confirmation,
    caucus,
    pleading,
    notice,
    choices,
    service,
    exhibits,
    judgment,
    case_file,
    transcript,
    recording_note,
    seal_register,
    petition,
    petition_opinion,
    enforcement,
    enforcement_scene,
)
KINDS: dict[str, type[Facts]] = {kind.pattern.kind: kind for part in _PARTS for kind in part.PAPERS}
