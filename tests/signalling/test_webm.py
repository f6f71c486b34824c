"""The container: readable by others, and readable to the last whole cluster wherever a crash cuts it."""

import random
from pathlib import Path

import av

from signalling import webm

FRAMES = 40


def file(path: Path) -> tuple[bytes, list[int]]:
    """A sound file of FRAMES packets in four clusters, and where each cluster ends."""
    head = webm.head(webm.opus_track(), {"seat": "party", "source": "mic", "start_ms": 7})
    data, ends = bytearray(head.data), []
    for first in range(0, FRAMES, 10):
        frames = [webm.Frame(20 * i, True, bytes([0xFC, 0xFF, 0xFE])) for i in range(first, first + 10)]
        data += webm.cluster(frames)
        ends.append(len(data))
    for offset, patch in webm.closing(head, len(data), 20 * FRAMES):
        data[offset : offset + len(patch)] = patch
    path.write_bytes(data)
    return bytes(data), ends


def test_ffmpeg_reads_every_frame_and_the_duration(tmp_path: Path) -> None:
    file(tmp_path / "a.webm")
    with av.open(str(tmp_path / "a.webm")) as container:
        assert container.duration == 800_000
        times = [p.pts for p in container.demux(audio=0) if p.size]
    assert times == list(range(0, 800, 20))


def test_a_file_cut_anywhere_keeps_its_whole_clusters(tmp_path: Path) -> None:
    data, ends = file(tmp_path / "a.webm")
    rng = random.Random(5)
    for cut in {*rng.sample(range(len(data)), 300), len(data)}:
        kept = webm.salvage(data[:cut])
        whole = [e for e in ends if e <= cut]
        if not whole:
            assert kept is None
            continue
        assert kept is not None
        assert (kept.size, kept.frames, kept.last_ms) == (whole[-1], 10 * len(whole), 200 * len(whole) - 20)
        assert kept.title["seat"] == "party"


def test_noise_is_no_file() -> None:
    rng = random.Random(6)
    for _ in range(300):
        assert webm.salvage(rng.randbytes(rng.randrange(200))) is None
