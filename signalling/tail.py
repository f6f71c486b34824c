"""The sound of a running recording as it reaches the disk: Opus packets of every microphone in order. Only reads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import webm
from .messages import Source

READ_BYTES = 256 * 1024  # of one file at one look: over a minute of speech
_NAME = re.compile(rf"(?P<seat>.+)-{Source.MIC.value}-(?P<part>\d{{2,}})-(?P<number>\d{{5,}})\.webm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One Opus packet; `at_ms` since the recording began."""

    seat_id: str
    at_ms: int
    data: bytes


@dataclass(slots=True)
class _Growing:
    path: Path
    order: tuple[int, int]
    offset: int = 0
    start_ms: int | None = None


@dataclass(slots=True)
class _Microphone:
    seat_id: str
    done: tuple[int, int] = (0, 0)
    files: dict[tuple[int, int], _Growing] = field(default_factory=dict)


class Tail:
    """Follows one recording folder. What is recorded is what is heard here: nothing of a caucus, a lobby or a pause.

    :param since: seat -> ms; earlier packets of that seat were taken before.
    """

    def __init__(self, directory: Path, since: Mapping[str, int] | None = None) -> None:
        self._directory = directory
        self._since = dict(since or {})
        self._microphones: dict[str, _Microphone] = {}

    def read(self) -> list[Sound]:
        """What came since the last look, in order for each seat. Blocks on the disk.

        A file that cannot be read is passed over: the recorder tells of it, the evidence is not judged here.
        """
        self._look()
        heard: list[Sound] = []
        for microphone in self._microphones.values():
            for order in sorted(microphone.files):
                file = microphone.files[order]
                packets = self._packets(file)
                heard += self._new(microphone.seat_id, file, packets)
                if packets or order == max(microphone.files):
                    break  # the next file only after this one is read to its end
                del microphone.files[order]
                microphone.done = order
        return heard

    def _look(self) -> None:
        if not self._directory.is_dir():
            return
        for path in self._directory.iterdir():
            named = _NAME.fullmatch(path.name)
            if named is None:
                continue
            seat_id, order = named["seat"], (int(named["part"]), int(named["number"]))
            microphone = self._microphones.setdefault(seat_id, _Microphone(seat_id))
            if order > microphone.done and order not in microphone.files:
                microphone.files[order] = _Growing(path, order)

    def _packets(self, file: _Growing) -> list[webm.Frame]:
        try:
            with file.path.open("rb") as open_file:
                open_file.seek(file.offset)
                title, frames, used = webm.read_on(open_file.read(READ_BYTES))
        except (OSError, ValueError):
            return []
        file.offset += used
        if title is not None:
            file.start_ms = int(title["start_ms"])
        return frames

    def _new(self, seat_id: str, file: _Growing, frames: list[webm.Frame]) -> list[Sound]:
        if file.start_ms is None:
            return []
        first = self._since.get(seat_id, 0)
        sounds = [Sound(seat_id=seat_id, at_ms=file.start_ms + f.at_ms, data=f.data) for f in frames]
        return [sound for sound in sounds if sound.at_ms >= first]
