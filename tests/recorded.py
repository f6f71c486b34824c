"""A closed recording of any length made in a moment: real WebM files, a real manifest, signed. No live media."""

import subprocess
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from court.services import recording
from court.store.database import Tx
from court.web import recording_rows
from signalling.manifest import Manifest
from signalling.messages import Source
from signalling.segment_file import fingerprint
from signalling.segments import Gap, GapReason, Header, Segment, Stop
from tests.conftest import need

ENCODED = {
    Source.CAMERA: "-an -c:v libvpx -deadline realtime -cpu-used 8 -b:v 300k -g 15",
    Source.MIC: "-vn -c:a libopus -b:a 32k",
}
PARTS = tuple[tuple[int, int, GapReason | None], ...]


@cache
def webm(source: Source, ms: int, tone: int = 440) -> bytes:
    """A file of this length: a moving test picture, or a tone."""
    made = f"testsrc=size=320x180:rate=15:duration={ms / 1000}"
    if source is Source.MIC:
        made = f"sine=frequency={tone}:sample_rate=48000:duration={ms / 1000}"
    order = [need("ffmpeg"), "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", made]
    with tempfile.NamedTemporaryFile(suffix=".webm") as file:
        subprocess.run([*order, *ENCODED[source].split(), file.name], check=True, timeout=60)
        return Path(file.name).read_bytes()


def make(
    directory: Path, key: Ed25519PrivateKey, hearing_id: str, tracks: dict[tuple[str, Source], PARTS]
) -> str:
    """Tracks by (seat, source): parts in ms, a reason where it is a gap. Gives the signed checkpoint."""
    directory.mkdir(parents=True)
    manifest = Manifest(directory, key, recording_rows.ORIGIN)
    started = datetime(2026, 11, 22, 4, 30, tzinfo=UTC).isoformat(timespec="milliseconds")
    manifest.append(Header(hearing=hearing_id, room=hearing_id, started=started))
    end = 0
    for number, ((seat, source), parts) in enumerate(tracks.items()):
        for index, (start, stop, reason) in enumerate(parts):
            end = max(end, stop)
            if reason is not None:
                manifest.append(Gap(seat=seat, source=source, start_ms=start, end_ms=stop, reason=reason))
                continue
            path = directory / f"{seat}-{source}-01-{index:05}.webm"
            path.write_bytes(webm(source, stop - start, 300 + 200 * number))
            manifest.append(_segment(path, seat, source, start, stop))
    manifest.append(Stop(at_ms=end))
    note = manifest.checkpoint()
    manifest.flush()
    manifest.close()
    return note


def _segment(path: Path, seat: str, source: Source, start: int, stop: int) -> Segment:
    sha256, size, blocks = fingerprint(path)
    return Segment(
        seat=seat, source=source, file=path.name, sha256=sha256, size=size, start_ms=start, end_ms=stop,
        frames=1, lost=0, first_rtp=0, last_rtp=0, blocks=tuple(blocks),
    )  # fmt: skip


def register(tx: Tx, *, now: datetime, hearing_id: str, directory: Path, note: str, **_: Any) -> None:
    """The rows of a made recording, as the running court would have written them."""
    recording.started(tx, now=now, hearing_id=hearing_id, directory=directory.name)
    segments, gaps = recording_rows.Counter(hearing_id).read(directory)
    for one in segments:
        recording.segment_closed(tx, now=now, segment=one)
    for missing in gaps:
        recording.gap_closed(tx, now=now, gap=missing)
    root = recording_rows.read_note(note)[1]
    recording.finished(tx, now=now, hearing_id=hearing_id, root=root, checkpoint=note)
