"""Refusals of the papers part: stable code, facts, a Chinese sentence for the user. Never for bugs."""

from __future__ import annotations


class PaperError(Exception):
    """A paper cannot be made, signed or read as asked.

    `code` is stable and dotted, `params` are the facts of the text, `text` is the Chinese sentence for the
    user.
    Pickles across the process pool.
    """

    def __init__(self, code: str, text: str, **params: str | int) -> None:
        super().__init__(code, text, params)
        self.code = code
        self.text = text
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.text, self.params))

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class GlyphMissing(PaperError):
    """No font of the chain draws this character; params: `character`, `codepoint` ("U+1F600")."""


class SigningRefused(PaperError):
    """The field may not be signed now (order, person, or the paper is already sealed)."""


def glyph_missing(character: str) -> GlyphMissing:
    codepoint = f"U+{ord(character):04X}"
    return GlyphMissing(
        "paper.glyph_missing",
        f"字库中没有“{character}”（{codepoint}）这个字，请核对后改用规范汉字，或先安装含该字的字体。",
        character=character,
        codepoint=codepoint,
    )


def _rebuild(kind: type[PaperError], code: str, text: str, params: dict[str, str | int]) -> PaperError:
    return kind(code, text, **params)
