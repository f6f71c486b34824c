"""One picture of a person out of the session's recording: the last frame on the disk at a moment. Only reads."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

from signalling import webm
from signalling.messages import Source

# Between the last frame and the moment: a camera that froze or was closed for longer shows another moment.
FRESH_MS = 6_000
# A segment ends after 30 s even without a key frame; two of them always hold one.
_FILES = 2
_LARGEST_FILE = 64 * 1024 * 1024
_MOST_FRAMES = 2_000
_WIDEST = 960
_QUALITY = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """`jpeg` is empty where there is no picture; `unreadable`: frames were there and could not be decoded.

    `at_ms` since the recording began.
    """

    jpeg: bytes = b""
    at_ms: int = 0
    unreadable: bool = False


def still_at(folder: Path, seat_id: str, at_ms: int) -> Still:
    """The picture of this seat's camera that was newest at `at_ms`, at most FRESH_MS old. Blocks on disk and decoder."""
    frames: list[tuple[int, webm.Frame]] = []
    for path in _newest(folder, seat_id):
        frames += _frames(path)
    frames = [(at, frame) for at, frame in frames if at <= at_ms][-_MOST_FRAMES:]
    if not frames or frames[-1][0] < at_ms - FRESH_MS:
        return Still()
    begin = next((n for n in range(len(frames) - 1, -1, -1) if frames[n][1].key), None)
    if begin is None:
        return Still(unreadable=True)
    jpeg = _decoded([frame.data for _, frame in frames[begin:]])
    return Still(jpeg=jpeg, at_ms=frames[-1][0]) if jpeg else Still(unreadable=True)


def _newest(folder: Path, seat_id: str) -> list[Path]:
    """The last segments of the camera, the oldest of them first."""
    name = re.compile(rf"{re.escape(seat_id)}-{Source.CAMERA.value}-(\d{{2,}})-(\d{{5,}})\.webm")
    found = []
    if folder.is_dir():
        for path in folder.iterdir():
            if named := name.fullmatch(path.name):
                found.append((int(named[1]), int(named[2]), path))
    return [path for _, _, path in sorted(found)[-_FILES:]]


def _frames(path: Path) -> list[tuple[int, webm.Frame]]:
    try:
        with path.open("rb") as file:
            title, frames, _ = webm.read_on(file.read(_LARGEST_FILE))
    except (OSError, ValueError):
        return []
    start = int(title["start_ms"]) if title is not None else 0
    return [(start + frame.at_ms, frame) for frame in frames]


def _decoded(frames: list[bytes]) -> bytes:
    """The last picture of a run of VP8 frames that begins with a key frame, as JPEG; empty where none comes out."""
    # In the process that decodes, and in no other: who orders a still starts without media libraries.
    import av
    from av.error import FFmpegError

    decoder = av.CodecContext.create("vp8", "r")
    last = None
    for data in frames:
        try:
            for picture in decoder.decode(av.Packet(data)):
                last = picture
        except FFmpegError:
            continue
    if last is None:
        return b""
    image = last.to_image()  # type: ignore[no-untyped-call]
    image.thumbnail((_WIDEST, _WIDEST))
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
