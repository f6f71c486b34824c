"""The lamp of a limit in words and a tone; colour alone never says it."""

from __future__ import annotations

from datetime import datetime

from court.web import pages

FILTERS = {"over": "已超期", "soon": "三天内到期", "later": "三天以后到期"}


def words(due: datetime | None, now: datetime) -> tuple[str, str]:
    """(剩3天, warn); `due` is the moment after which it is over. ("", "") where no limit runs."""
    if due is None:
        return "", ""
    if due <= now:
        days = (pages.local(now).date() - pages.local(due).date()).days + 1
        return f"已超期{days}天", "bad"
    last = pages.local(due)
    left = (last.date() - pages.local(now).date()).days
    # The limit ends with its last day: midnight belongs to the day before.
    left -= 1 if (last.hour, last.minute, last.second) == (0, 0, 0) else 0
    if left <= 0:
        return "今天到期", "bad"
    return f"剩{left}天", "warn" if left <= 3 else "good"
