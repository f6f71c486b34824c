"""The clock that recordings follow: never set, never standing still while the machine sleeps. And which running it is of."""

import time
from functools import cache
from pathlib import Path


def steady_ms() -> float:
    """CLOCK_BOOTTIME: unlike the monotonic clock it goes on while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) * 1000


@cache
def boot() -> str:
    """Names this running of the machine; steady times of two runnings cannot be compared. Empty where unknown."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
