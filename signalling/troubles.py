"""What is wrong with a recording now, worst first. PURE."""

from enum import StrEnum


class Trouble(StrEnum):
    """In the order of weight. docs/protocol.md names them; the page has the words."""

    NOT_CLOSED = "recording.not_closed"  # the end could not be written
    DISK_FULL = "recording.disk_full"
    DISK_ERROR = "recording.disk_error"
    BEHIND = "recording.behind"  # nothing became durable for BEHIND_S seconds
    VIDEO_STOPPED = "recording.video_stopped"  # for want of room; sound goes on
    OVERLOAD = "recording.overload"  # packets were dropped before they could be written
    DISK_LOW = "recording.disk_low"


FAILED = frozenset({Trouble.NOT_CLOSED, Trouble.DISK_FULL, Trouble.DISK_ERROR})


class Troubles:
    """A set of them; `worst` is what is told."""

    def __init__(self) -> None:
        self._on: set[Trouble] = set()

    def set(self, trouble: Trouble, on: bool) -> bool:
        """Whether the worst changed."""
        before = self.worst
        if on:
            self._on.add(trouble)
        else:
            self._on.discard(trouble)
        return self.worst != before

    @property
    def worst(self) -> str:
        """Its code, or empty."""
        return next((t.value for t in Trouble if t in self._on), "")

    @property
    def failed(self) -> bool:
        return bool(FAILED & self._on)
