"""By which words a dispute or petition is found: numbers, names, villages, the tail of a telephone, pinyin initials."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from court.domain.causes import editions

# Longest word kept and looked for; longer input is cut alike on both sides.
TERM_MOST = 24
# Words of one search; what comes after is told to be too much by the page.
WORDS_MOST = 4
TAIL = 4
# Names of firms are long: found by each of their first parts.
_SUFFIXES = 8
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_DROPPED = re.compile(r"[\s·・.,，。、;；:：()（）\[\]【】〔〕《》<>\"'“”‘’_/\\|-]+")
_PLACE = re.compile(r"[^省市区县镇乡村组]*?(?:街道|社区|[省市区县镇乡村组])")
_VILLAGE = ("镇", "乡", "街道", "村", "社区")
_DIGITS = re.compile(r"[0-9]+")
# Surnames read otherwise than the character by itself: both readings find the person.
_SURNAMES = {
    "单": "s", "仇": "q", "解": "x", "查": "z", "曾": "z", "区": "o", "盖": "g", "朴": "p", "任": "r", "翟": "z",
    "乐": "y", "缪": "m", "冼": "x", "员": "y", "繁": "p", "种": "c", "召": "s", "覃": "q", "洗": "x", "秘": "b",
    "长": "z", "尉": "y", "澹": "t", "重": "c",
}  # fmt: skip


def plain(text: str) -> str:
    """As words are compared: NFKC, small letters, no blanks and no punctuation, at most TERM_MOST characters."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())[:TERM_MOST]


@cache
def _letters(char: str) -> str:
    # Names are read character by character; the table of phrases would cost 50 MB and read none of them.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(char, style=Style.FIRST_LETTER, errors="ignore")
    return str(found[0])[:1] if found else ""


def initials(name: str) -> tuple[str, ...]:
    """王秀英 -> wxy; a surname with a reading of its own gives both (单 -> d, s). Nothing without a Chinese character."""
    word = plain(name)
    if not _HAN.search(word):
        return ()
    read = "".join(_letters(c) if _HAN.match(c) else c for c in word)
    own = _SURNAMES.get(word[0])
    return tuple(dict.fromkeys((read, own + read[1:]) if own and read else (read,))) if read else ()


def _parts(name: str) -> Iterable[str]:
    """The name and what is left of it without its first characters, down to two: by the given name too."""
    word = plain(name)
    return (word[n:] for n in range(min(_SUFFIXES, max(1, len(word) - 1))))


def _places(place: str) -> Iterable[str]:
    return (part for part in _PLACE.findall(plain(place)) if part.endswith(_VILLAGE) and len(part) > 1)


def terms(
    *, numbers: Iterable[str], names: Iterable[str], phones: Iterable[str], places: Iterable[str]
) -> frozenset[str]:
    """Every word one dispute or petition is found by."""
    found: set[str] = set()
    for number in numbers:
        written = unicodedata.normalize("NFKC", number)
        found |= {
            plain(written),
            *(plain(written[m.start() :]).lstrip("0") for m in _DIGITS.finditer(written)),
        }
    for name in names:
        found |= {*_parts(name), *initials(name)}
    found |= {digits[-TAIL:] for phone in phones if len(digits := "".join(_DIGITS.findall(phone))) >= TAIL}
    for place in places:
        for part in _places(place):
            found |= {part, *initials(part)}
    return frozenset(term for term in found if term)


def words(typed: str) -> tuple[str, ...]:
    """What a person typed into the search, as terms begin; a whole telephone number stands for its tail."""
    found = []
    for word in unicodedata.normalize("NFKC", typed).split()[:WORDS_MOST]:
        term = plain(word)
        if term.isdigit() and len(term) == 11 and term.startswith("1"):
            term = term[-TAIL:]
        term = term.lstrip("0") if term.isdigit() and len(term) == 6 else term
        if term:
            found.append(term)
    return tuple(found)


@cache
def _cause_words() -> tuple[tuple[str, str, str], ...]:
    return tuple((one.code, plain(one.name), (initials(one.name) or ("",))[0]) for one in editions())


def cause_codes(word: str) -> tuple[str, ...]:
    """The causes a word means: part of the name (two characters at least) or the beginning of its initials (three)."""
    if len(word) < 2:
        return ()
    return tuple(
        code
        for code, name, letters in _cause_words()
        if word in name or (len(word) > 2 and letters.startswith(word))
    )
