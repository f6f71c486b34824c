"""What a typed text may be: limits, normalisation, control characters, emoji. Not about meaning."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from court.domain.errors import CourtError, FieldProblem, field_problem

# Characters, after normalisation.
LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "name": 60,
        "phone": 20,
        "address": 200,
        "occupation": 40,
        "ethnicity": 20,
        "label": 80,
        "place": 200,
        "reason": 400,
        "note": 2_000,
        "aside": 500,
        "facts": 10_000,
        "request": 2_000,
        "element": 500,
        "line": 10_000,
        "clause": 2_000,
        "opinion": 10_000,
    }
)
_KEPT = frozenset("\n\t\u200d")


def clean(text: str) -> str:
    """NFC, CR LF to LF; control characters, lone surrogates and invisible marks taken out, ends trimmed.

    Invisible marks come along when text is pasted from a phone; those that turn the direction of reading would
    show another text on the screen than on the paper. Zero-width joiners stay: some emoji need them. Rare
    characters (䶮, 㛃, 𬱟) and private-use ones stay too.
    """
    unified = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        c for c in unified if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    ).strip()


def line_clean(text: str) -> str:
    """`clean` for a one-line field: breaks and tabs become spaces."""
    return " ".join(clean(text).split())


def too_long(field: str, text: str, limit: str) -> FieldProblem | None:
    most = LIMITS[limit]
    if len(text) > most:
        return field_problem(field, "text.too_long", most=most, length=len(text))
    return None


def missing(field: str, text: str) -> FieldProblem | None:
    return None if text.strip() else field_problem(field, "text.empty")


def required(text: str, limit: str) -> str:
    """A cleaned text that is neither empty nor too long; refuses `text.empty`, `text.too_long`."""
    cleaned = clean(text)
    if not cleaned:
        raise CourtError("text.empty")
    return within(cleaned, limit)


def within(text: str, limit: str) -> str:
    """A cleaned text not longer than its limit; refuses `text.too_long`. May be empty."""
    cleaned = clean(text)
    most = LIMITS[limit]
    if len(cleaned) > most:
        raise CourtError("text.too_long", most=most, length=len(cleaned))
    return cleaned


def paper_problem(field: str, text: str) -> FieldProblem | None:
    """An emoji may be kept in what a person said, but cannot be printed in a paper."""
    glyph = next((c for c in text if is_emoji(c)), None)
    return field_problem(field, "text.emoji", glyph=glyph) if glyph else None


def is_emoji(char: str) -> bool:
    """Pictographs outside every Chinese font: the emoji blocks, variation selector 16 and the keycap mark."""
    code = ord(char)
    return (
        0x1F000 <= code <= 0x1FAFF
        or 0x2600 <= code <= 0x27BF
        or code in {0xFE0F, 0x20E3, 0x200D}
        or 0x1F1E6 <= code <= 0x1F1FF
    )
