"""Makes a film of twelve seconds in pieces of two: `python -m tests.video.making FOLDER FONT`; may be killed."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from court.video import maker
from court.video.film import Clip, Film, FilmTrack, covered
from signalling.messages import Source
from tests.recorded import webm

LENGTH = 12_000


def film(folder: Path) -> Film:
    """One person seen and heard, away from the fifth to the seventh second."""
    tracks = []
    for source in (Source.CAMERA, Source.MIC):
        clips = [Clip(start_ms=4000, end_ms=7000, words="断线（保留席位）")]
        for start in (0, 2000, 7000, 9000):
            length = 3000 if start == 9000 else 2000
            path = folder / f"{source}-{start}.webm"
            if not path.is_file():
                path.write_bytes(webm(source, length))
            clips.append(Clip(start_ms=start, end_ms=start + length, path=path))
        video = source is Source.CAMERA
        tracks.append(FilmTrack(caption="审判员 李正言", video=video, clips=covered(clips, LENGTH)))
    began = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
    return Film(
        tracks=tuple(tracks),
        length_ms=LENGTH,
        began_at=began,
        heading="纠〔2026〕000001号",
        watermark="书记员",
    )


async def make(folder: Path, font: Path) -> None:
    async def progress(done: int) -> None:
        print(done, flush=True)  # noqa: T201

    await maker.Maker(film(folder), folder, font=font).make_video(folder / "video.mp4", progress)


if __name__ == "__main__":
    maker.VIDEO_PIECE_MS = 2000
    asyncio.run(make(Path(sys.argv[1]), Path(sys.argv[2])))
