"""Why nothing of a track may have been coming, over time: what turns a hole into gaps with reasons. PURE."""

import itertools

from .segments import GapReason

SETTLE_MS = 5000  # after a reason ends, the stream may need this long to come back
NOTICE_MS = 30_000  # a lost link is noticed after the silence began
MAX_MARKS = 1024

Stretch = tuple[int, int, GapReason]


class Absences:
    """Marks in ms since the recording began. Before the first mark nobody had joined."""

    def __init__(self) -> None:
        self._marks: list[tuple[int, GapReason]] = [(0, GapReason.NOT_JOINED)]
        self._disk: list[tuple[int, bool]] = []

    @property
    def now(self) -> GapReason:
        return self._marks[-1][1]

    def mark(self, at_ms: int, reason: GapReason) -> None:
        """From now on; `loss` means that something should be coming."""
        if reason is not self.now:
            self._marks.append((max(at_ms, self._marks[-1][0] + 1), reason))
            del self._marks[:-MAX_MARKS]

    def disk(self, at_ms: int, fails: bool) -> None:
        """The court's own disk takes (nothing) from now on: this outdoes every other reason."""
        if fails != (bool(self._disk) and self._disk[-1][1]):
            self._disk.append((at_ms, fails))
            del self._disk[:-MAX_MARKS]

    def split(self, start: int, end: int) -> list[Stretch]:
        """A hole in stretches of one reason each, without holes between them."""
        edges = {at for at, _ in (*self._marks, *self._disk) if start < at < end}
        cuts = [start, *sorted(edges), end]
        found = [(a, b, self._reason(a)) for a, b in itertools.pairwise(cuts)]
        return _joined(_settled(_joined(found)))

    def forget(self, before: int) -> None:
        """What was split already is not asked for again."""
        while len(self._marks) > 1 and self._marks[1][0] <= before:
            del self._marks[0]
        while len(self._disk) > 1 and self._disk[1][0] <= before:
            del self._disk[0]

    def _reason(self, at: int) -> GapReason:
        if next((fails for since, fails in reversed(self._disk) if since <= at), False):
            return GapReason.DISK
        return next((why for since, why in reversed(self._marks) if since <= at), self._marks[0][1])


def _joined(found: list[Stretch]) -> list[Stretch]:
    out: list[Stretch] = []
    for start, end, reason in found:
        if out and out[-1][2] is reason:
            out[-1] = (out[-1][0], end, reason)
        else:
            out.append((start, end, reason))
    return out


def _settled(found: list[Stretch]) -> list[Stretch]:
    """A short loss beside a known reason belongs to it: the way back from it, or the silence before it was noticed."""
    out = list(found)
    for i, (start, end, reason) in enumerate(found):
        if reason is not GapReason.LOSS:
            continue
        after = found[i + 1][2] if i + 1 < len(found) else None
        if after is GapReason.LINK and end - start <= NOTICE_MS:
            out[i] = (start, end, after)
        elif end - start <= SETTLE_MS and (i > 0 or after is not None):
            out[i] = (start, end, found[i - 1][2] if i > 0 else after or reason)
    return out
