"""When somebody spoke: from samples of loudness to turns (who, from, to). PURE; no sound is understood here."""

from dataclasses import dataclass

LOUD = 45  # -dBov and above count as speech; rooms at rest lie below 50
START_S = 0.3  # a cough is shorter
BREATH_S = 0.2  # silence that does not yet undo a beginning
PAUSE_S = 1.5  # shorter pauses belong to the turn
LEAST_S = 0.5


@dataclass(frozen=True, slots=True)
class Turn:
    """Monotonic seconds."""

    started: float
    ended: float


@dataclass(slots=True)
class Ear:
    """One seat's microphone, sampled several times a second with times that grow."""

    _since: float | None = None
    _last: float = 0.0
    _speaking: bool = False

    def sample(self, loud: bool, now: float) -> Turn | None:
        """The turn that this sample ends, if any."""
        if loud:
            if self._since is None:
                self._since = now
            self._last = now
            self._speaking = self._speaking or now - self._since >= START_S
            return None
        if self._since is None or now - self._last < (PAUSE_S if self._speaking else BREATH_S):
            return None
        turn = Turn(self._since, self._last) if self._speaking else None
        self._since, self._speaking = None, False
        return turn if turn is not None and turn.ended - turn.started >= LEAST_S else None
