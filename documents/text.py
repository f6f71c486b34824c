"""Clean text, Chinese dates, numerals and amounts. Knows no template and no layout."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone

from documents.errors import PaperError

BEIJING = timezone(timedelta(hours=8))
_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
# No single field of a paper may be longer: the largest real one is a statement of facts.
LONGEST_FIELD = 20_000


def clean(value: str) -> str:
    """NFC, one kind of line end, no control characters but "\\n". Raises PaperError `paper.too_long`."""
    if len(value) > LONGEST_FIELD:
        raise PaperError(
            "paper.too_long", f"文书中有一项内容超过{LONGEST_FIELD}字，请精简后再生成。", limit=LONGEST_FIELD
        )
    value = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(c for c in value if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def chinese_date(day: date) -> str:
    """二〇二六年三月五日, as court papers write it (法〔2016〕221号)."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def arabic_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def local(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


def clock(moment: datetime) -> str:
    """2026年3月5日14时05分, Beijing time."""
    here = local(moment)
    return f"{here.year}年{here.month}月{here.day}日{here.hour}时{here.minute:02d}分"


def second(at: datetime) -> str:
    """2026年3月5日14时05分09秒, Beijing time."""
    return f"{clock(at)}{local(at).second:02d}秒"


def moment(at: datetime) -> str:
    """14时05分09秒, Beijing time."""
    here = local(at)
    return f"{here.hour}时{here.minute:02}分{here.second:02}秒"


def chinese_number(value: int) -> str:
    """1…9999 as 一…九千九百九十九."""
    if not 0 <= value <= 9999:
        return str(value)
    digits = [int(d) for d in str(value)]
    parts: list[str] = []
    for index, digit in enumerate(digits):
        unit = _UNITS[len(digits) - 1 - index]
        if digit:
            parts.append(_DIGITS[digit] + unit)
        elif parts and parts[-1] != "零":
            parts.append("零")
    text = "".join(parts).rstrip("零") or "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def yuan(amount: str) -> str:
    """\"1200.00" as 1200元, "1200.50" as 1200.50元."""
    return f"{amount.removesuffix('.00')}元"


def fen(amount: str) -> int:
    """ "1200.50" and "1200" yuan as fen; "" is nothing."""
    yuan_part, _, fen_part = amount.partition(".")
    return int(yuan_part or 0) * 100 + int(fen_part or 0)
