"""Every kind of paper there is, by its name; samples and facts from JSON. Draws nothing itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from documents import (
    caucus,
    choices,
    confirmation,
    enforcement,
    enforcement_scene,
    exhibits,
    facts,
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
from documents.errors import PaperError
from documents.kit import Facts, Family

SAMPLES = Path(__file__).resolve().parent / "samples"
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
    transcript,
    recording_note,
    seal_register,
    petition,
    petition_opinion,
    enforcement,
    enforcement_scene,
)
KINDS: dict[str, type[Facts]] = {kind.pattern.kind: kind for part in _PARTS for kind in part.PAPERS}


def kind(name: str) -> type[Facts]:
    """Raises PaperError `paper.unknown_kind` naming all kinds."""
    if name not in KINDS:
        known = "、".join(f"{each}（{KINDS[each].pattern.title}）" for each in KINDS)
        raise PaperError("paper.unknown_kind", f"没有“{name}”这种文书。可以制作：{known}。", kind=name)
    return KINDS[name]


def of_family(family: Family) -> tuple[type[Facts], ...]:
    """The kinds of one family in order."""
    return tuple(each for each in KINDS.values() if each.pattern.family is family)


def read(name: str, data: bytes) -> Facts:
    """Facts of a kind from JSON. Raises PaperError naming the field at fault."""
    found = kind(name)
    paper: Facts = facts.read(found, data, found.pattern.labels)
    return paper


def fields(name: str) -> tuple[facts.Field, ...]:
    """The fields a form asks for."""
    found = kind(name)
    return facts.fields(found, found.pattern.labels)


def sample_json(name: str) -> bytes:
    """The sample's facts as JSON text, to begin from."""
    return (SAMPLES / f"{kind(name).pattern.kind}.json").read_bytes()


@lru_cache(maxsize=128)
def sample(name: str) -> Facts:
    """A made-up paper of the kind with rare characters and long names, marked as a rehearsal."""
    return read(name, sample_json(name))
