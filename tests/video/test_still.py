"""The still of a signer: the newest frame of the own camera at that moment, or plainly none."""

import io
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from court.video.still import FRESH_MS, still_at
from signalling import webm

SEAT = "0199-seat"


def filmed(colours: list[tuple[int, int, int]]) -> list[bytes]:
    """VP8 frames, 10 a second, the first a key frame."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 320, 180, "yuv420p"
    encoder.time_base = Fraction(1, 10)
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    made: list[bytes] = []
    for number, colour in enumerate(colours):
        frame = av.VideoFrame.from_image(Image.new("RGB", (320, 180), colour)).reformat(format="yuv420p")
        frame.pts = number
        made += [bytes(packet) for packet in encoder.encode(frame)]
    return made + [bytes(packet) for packet in encoder.encode(None)]


def segment(folder: Path, number: int, start_ms: int, frames: list[bytes], *, torn: int = 0) -> None:
    """As the recorder writes it: a head without length, a cluster for each half second; `torn` bytes of one more."""
    head = webm.head(webm.vp8_track(320, 180), {"start_ms": start_ms})
    timed = [webm.Frame(n * 100, n == 0, data) for n, data in enumerate(frames)]
    clusters = [webm.cluster(timed[n : n + 5]) for n in range(0, len(timed), 5)]
    data = head.data + b"".join(clusters) + clusters[-1][:torn]
    (folder / f"{SEAT}-camera-01-{number:05}.webm").write_bytes(data)


def colour(jpeg: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return tuple(picture.convert("RGB").getpixel((160, 90)))  # type: ignore[arg-type]


def test_the_newest_frame_at_the_moment_is_taken(tmp_path: Path) -> None:
    red, green, blue = (200, 30, 30), (30, 180, 30), (30, 30, 200)
    segment(tmp_path, 1, 0, filmed([red] * 10))
    segment(tmp_path, 2, 4_000, filmed([green] * 10 + [blue] * 10), torn=40)
    now = still_at(tmp_path, SEAT, 6_200)
    assert now.at_ms == 5_900
    r, _, b = colour(now.jpeg)
    assert b > 150 > r
    earlier = still_at(tmp_path, SEAT, 4_500)
    r, g, _ = colour(earlier.jpeg)
    assert (earlier.at_ms, g > 120 > r) == (4_500, True)


@pytest.mark.parametrize("at_ms", [0, 4_000 + FRESH_MS, 600_000])
def test_a_camera_without_a_fresh_picture_gives_none(tmp_path: Path, at_ms: int) -> None:
    if at_ms:
        segment(tmp_path, 1, 0, filmed([(9, 9, 9)] * 5))
    assert still_at(tmp_path, SEAT, at_ms).jpeg == b""
    assert still_at(tmp_path / "nothing", SEAT, 100) == still_at(tmp_path, "other-seat", 100)


def test_frames_that_cannot_be_decoded_are_told_apart(tmp_path: Path) -> None:
    segment(tmp_path, 1, 0, [b"\x10nonsense" * 9] * 5)
    assert still_at(tmp_path, SEAT, 300).unreadable
    (tmp_path / f"{SEAT}-camera-01-00002.webm").write_bytes(b"no webm at all")
    assert still_at(tmp_path, SEAT, 300).unreadable
