"""How official numbers and query codes are written; counting is the store's work."""

import re
import secrets
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

COURT_ZONE = ZoneInfo("Asia/Shanghai")
QUERY_CODE = re.compile(r"[0-9]{10}")


class Series(StrEnum):
    """A kind of number, each counted from 1 every year of the court's clock."""

    MATTER = "纠"
    PETITION = "访"
    AGREEMENT = "人调字"
    COURT_MEDIATION = "诉前调书"


def day_of(at: datetime) -> date:
    """The day on the court's calendar."""
    return at.astimezone(COURT_ZONE).date()


def year_of(now: datetime) -> int:
    """The year in the court's zone: at 16:00 UTC on New Year's Eve it is already the next one."""
    return now.astimezone(COURT_ZONE).year


def written(series: Series, year: int, count: int, court_code: str = "") -> str:
    """纠〔2026〕000001号; agreements 〔2026〕人调字第000001号 (司发通〔2010〕239号).

    A court's mediation before filing: （2026）渝0235诉前调书1号 (法〔2015〕137号; this kind since 2022-01-01).
    """
    if series is Series.COURT_MEDIATION:
        return f"（{year}）{court_code}{series}{count}号"
    if series is Series.AGREEMENT:
        return f"〔{year}〕{series}第{count:06d}号"
    return f"{series}〔{year}〕{count:06d}号"


def new_query_code() -> str:
    """Ten random digits, the first not 0: not to be guessed from another receipt."""
    return str(secrets.randbelow(9 * 10**9) + 10**9)
