"""Every kind of paper there is, by its name; samples and facts from JSON. Draws nothing itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from documents import facts
from documents.errors import PaperError
from documents.kit import Facts, Family

SAMPLES = Path(__file__).resolve().parent / "samples"


def kinds() -> dict[str, type[Facts]]:
    """All by name; loaded at the first call."""
    from documents.kinds import KINDS

    return KINDS


def kind(name: str) -> type[Facts]:
    """Raises PaperError `paper.unknown_kind` naming all kinds."""
    known = kinds()
    if name not in known:
        named = "、".join(f"{each}（{known[each].pattern.title}）" for each in known)
        raise PaperError("paper.unknown_kind", f"没有“{name}”这种文书。可以制作：{named}。", kind=name)
    return known[name]


def of_family(family: Family) -> tuple[type[Facts], ...]:
    """The kinds of one family in order."""
    return tuple(each for each in kinds().values() if each.pattern.family is family)


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
