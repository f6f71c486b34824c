"""Amounts, dates and rates as Chinese writes them, found in running text and written in words. No rule of law.

Limits: 元 from 1 to 10^12; 角 and 分 only after 元; a share (一半, 三分之一) and 亩, 斤, 天 are no money.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_DIGITS = {
    c: n
    for n, cs in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in cs
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_WORDS = "".join((*_DIGITS, *_UNITS, *_MYRIADS))
_COUNT = rf"[{_WORDS}]{{1,32}}"
# 1,234.50 · 1234 · 3.5万; grouped digits only in threes.
_ARABIC = r"(?:\d{1,3}(?:[,，]\d{3})+|\d{1,13})(?:\.\d{1,4})?"
_FULLWIDTH = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0E: ".", 0xFF05: "%"}
_AMOUNT = re.compile(
    rf"(?P<digits>(?:￥|¥|人民币)?\s*(?<!\d)(?<!\d[,，.])(?P<figure>{_ARABIC})\s*(?P<scale>[千万亿]?)\s*[元圆](?P<tail>整|(?:[\d]{{1,2}}角)?(?:\d{{1,2}}分)?)?)"
    rf"|(?P<words>(?P<whole>{_COUNT})\s*[元圆块]\s*(?:(?P<jiao>[{''.join(_DIGITS)}])角)?零?(?:(?P<fen>[{''.join(_DIGITS)}])分)?[整正]?)"
    rf"|(?P<sign>[￥¥]\s*(?P<plain>{_ARABIC})(?P<signscale>[万亿]?)(?!\s*[元圆\d.万亿]|[,，]\d))"
)
_JIAO_FEN = re.compile(r"(?:(\d{1,2})角)?(?:(\d{1,2})分)?")
_DAY = re.compile(r"(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})\s*日?")
_WORD_DAY = re.compile(
    rf"(?P<y>[{''.join(_DIGITS)}]{{4}})年(?P<m>[一二三四五六七八九十]{{1,2}})月(?P<d>[一二三四五六七八九十]{{1,3}})日"
)
_RATE = re.compile(
    r"(?P<per>年|月|日)?(?:利率|利息|息|费率)?[^，。；、\d百千万]{0,12}?"
    r"(?:(?P<sign>(?P<n>\d{1,4}(?:\.\d{1,4})?)\s*(?P<unit>%|‰))"
    rf"|(?P<base>百|千|万)分之(?P<w>\d{{1,3}}(?:\.\d{{1,4}})?|[{''.join(_DIGITS)}十百]{{1,4}})"
    rf"|(?P<fen>\d{{1,2}}(?:\.\d{{1,2}})?|[{''.join(_DIGITS)}])分(?P<li>[{''.join(_DIGITS)}]厘?)?(?![米钟之期次批别开割配\d])"
    rf"|(?P<onlyli>\d{{1,2}}(?:\.\d{{1,2}})?|[{''.join(_DIGITS)}])厘)"
)
LARGEST = 10**12  # 元; nothing larger is taken for an amount
_LONGEST_SUM = 40
_PLAIN_SUM = re.compile(
    r"(?:人民币|[￥¥])?(?P<figure>(?:\d{1,3}(?:[,，]\d{3})+|\d{1,13})(?:\.\d{1,4})?)[元圆块]?整?", re.ASCII
)
_MIXED_SUM = re.compile(r"(?P<myriads>\d{1,8})万(?P<rest>\d)(?P<unit>千|百)?[元圆块]?整?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """`fen` of money written at `text[start:end]`; `words` where it is written in Chinese numerals."""

    fen: int
    start: int
    end: int
    words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Percent of `per` (年, 月, 日; '' where the text does not say)."""

    percent: Decimal
    per: str
    start: int


def numeral(n: int) -> str:
    """1…99 as 一 … 九十九, for 第…条."""
    ones = "〇一二三四五六七八九"
    tens, rest = divmod(n, 10)
    return (
        (ones[tens] if tens > 1 else "") + ("十" if tens else "") + (ones[rest] if rest or not tens else "")
    )


def number(words: str) -> int | None:
    """三千零五十 as 3050, 一万二 as 12000, 二〇二六 as 2026; None where it is no number."""
    if not words or any(c not in _WORDS for c in words):
        return None
    if all(c in _DIGITS for c in words):
        return int("".join(str(_DIGITS[c]) for c in words))
    total = section = 0
    digit: int | None = None
    last_unit = 1
    for c in words:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
            last_unit = last_unit if digit else 10  # after 零 no unit is understood
        elif c in _UNITS:
            section += (1 if digit is None else digit) * _UNITS[c]
            digit, last_unit = None, _UNITS[c]
        else:
            section += digit or 0
            if section == 0 and total == 0:
                return None
            total = (total + section) * _MYRIADS[c] if _MYRIADS[c] == 10**8 else total + section * _MYRIADS[c]
            section, digit, last_unit = 0, None, _MYRIADS[c]
    # 一万二 is 12000: the last unit of ten is understood.
    section += (digit or 0) * (last_unit // 10 if last_unit >= 100 else 1)
    found = total + section
    return found if found <= LARGEST else None


def in_words(fen: int) -> str:
    """123450 as 壹仟贰佰叁拾肆元伍角; below 10^12 元. Raises ValueError beyond, or for less than a fen."""
    yuan, rest = divmod(fen, 100)
    if fen < 1 or yuan >= LARGEST:
        raise ValueError("no amount that is written in words")
    jiao, cents = divmod(rest, 10)
    said = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return said + "整"
    if jiao:
        said += f"{_FORMAL[jiao]}角"
    elif yuan:
        said += "零"
    return said + (f"{_FORMAL[cents]}分" if cents else "")


def amounts(text: str) -> tuple[Amount, ...]:
    """Every amount of money in 元, in the order of the text. 3万元, 叁仟元整, ￥1,200.50; not 3个月, not 5%."""
    found = []
    for match in _AMOUNT.finditer(text.translate(_FULLWIDTH)):
        fen = _fen(match)
        if fen is not None:
            found.append(Amount(fen=fen, start=match.start(), end=match.end(), words=bool(match["words"])))
    return tuple(found)


def typed_sum(text: str) -> Decimal | None:
    """元 of a sum typed into a field: 30000, 1,200.50, 3万, 1.5万元, 三万五, 叁万元整, ￥800; None: it is none.

    0 counts, less than 分 does not; nothing else may stand in the field.
    """
    said = "".join(text.translate(_FULLWIDTH).split())
    if not said or len(said) > _LONGEST_SUM:
        return None
    plain = _PLAIN_SUM.fullmatch(said)
    if plain:
        found = Decimal(re.sub("[,，]", "", plain["figure"]))
        return found if found == found.quantize(Decimal("0.01")) and found <= LARGEST else None
    mixed = _MIXED_SUM.fullmatch(said)
    if mixed:  # 3万5 and 3万5千 are 35000, 3万5百 is 30500
        step = {"百": 100}.get(mixed["unit"], 1000)
        return Decimal(int(mixed["myriads"]) * 10**4 + int(mixed["rest"]) * step)
    ended = said if re.search("[元圆块]", said) or said[0] in "￥¥" else f"{said}元"
    one = amounts(ended)
    return Decimal(one[0].fen) / 100 if len(one) == 1 and one[0].end - one[0].start == len(ended) else None


def dates(text: str) -> tuple[date, ...]:
    """Calendar days that exist: 2026年3月5日, 2026-03-05, 二〇二六年三月五日."""
    plain = text.translate(_FULLWIDTH)
    found = [(m.start(), int(m["y"]), int(m["m"]), int(m["d"])) for m in _DAY.finditer(plain)]
    for m in _WORD_DAY.finditer(plain):
        year, month, day = (number(m[name]) or 0 for name in "ymd")
        found.append((m.start(), year, month, day))
    return tuple(made for made in (_date(*parts) for _, *parts in sorted(found)) if made is not None)


def impossible_dates(text: str) -> tuple[str, ...]:
    """What is written as a day and is none: 2026年2月30日."""
    plain = text.translate(_FULLWIDTH)
    return tuple(m[0] for m in _DAY.finditer(plain) if _date(int(m["y"]), int(m["m"]), int(m["d"])) is None)


def rates(text: str) -> tuple[Rate, ...]:
    """Rates of interest or penalty: 年利率24%, 月息2分, 日万分之五, 千分之三."""
    return tuple(_rates(text.translate(_FULLWIDTH)))


def _rates(text: str) -> Iterator[Rate]:
    for m in _RATE.finditer(text):
        per = m["per"] or _per_before(text, m.start())
        if m["sign"]:
            percent = Decimal(m["n"]) / (10 if m["unit"] == "‰" else 1)
        elif m["base"]:
            share = _figure(m["w"])
            if share is None:
                continue
            percent = share * 100 / {"百": 100, "千": 1000, "万": 10_000}[m["base"]]
        else:
            if "息" not in text[max(0, m.start() - 6) : m.end() + 2] and "利率" not in m[0]:
                continue
            # 月息二分 is 2 % a month, 年息一分 10 % a year; a 厘 is a tenth of a 分.
            share = _figure(m["fen"] or m["onlyli"])
            if share is None:
                continue
            li = _figure((m["li"] or "").rstrip("厘")) or Decimal(0)
            share = share + li / 10 if m["fen"] else share / 10
            percent = share * (10 if per == "年" else 1)
        yield Rate(percent=percent, per=per, start=m.start())


def _per_before(text: str, at: int) -> str:
    """每日, 按月, 年 … said shortly before the figure."""
    found = re.findall(r"[每按逐](年|月|日|天)|(年|月|日)(?:利率|利息|息)", text[max(0, at - 14) : at + 10])
    words = [a or b for a, b in found]
    return words[-1].replace("天", "日") if words else ""


def _figure(said: str) -> Decimal | None:
    if re.fullmatch(r"\d+(\.\d+)?", said):
        return Decimal(said)
    found = number(said)
    return None if found is None else Decimal(found)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _fen(match: re.Match[str]) -> int | None:
    if match["words"]:
        whole = number(match["whole"])
        if whole is None:
            return None
        small = (_DIGITS[match["jiao"]] * 10 if match["jiao"] else 0) + (
            _DIGITS[match["fen"]] if match["fen"] else 0
        )
        return _bounded(Decimal(whole) * 100 + small)
    figure, scale = (
        (match["figure"], match["scale"]) if match["digits"] else (match["plain"], match["signscale"])
    )
    value = Decimal(re.sub("[,，]", "", figure)) * {"": 1, "千": 1000, "万": 10**4, "亿": 10**8}[scale]
    tail = _JIAO_FEN.fullmatch(match["tail"] or "")
    small = int(tail[1] or 0) * 10 + int(tail[2] or 0) if tail else 0
    return _bounded(value * 100 + small)


def _bounded(fen: Decimal) -> int | None:
    """Less than a fen is no amount, and neither is one with a part of a fen."""
    return int(fen) if 0 < fen <= LARGEST * 100 and fen == fen.to_integral_value() else None


def _whole(yuan: int) -> str:
    """壹仟零伍拾: groups of four, one 零 for any run of noughts inside."""
    said, gap = "", False
    for power, name in ((8, "亿"), (4, "万"), (0, "")):
        group = yuan // 10**power % 10**4
        if not group:
            gap = bool(said)
            continue
        if said and (gap or group < 1000):
            said += "零"
        said += _group(group) + name
        gap = False
    return said


def _group(group: int) -> str:
    said, gap = "", False
    for power, name in ((3, "仟"), (2, "佰"), (1, "拾"), (0, "")):
        digit = group // 10**power % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _FORMAL[digit] + name
        gap = False
    return said
