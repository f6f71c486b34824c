"""Makes a film piece by piece with ffmpeg at low priority; what is made stays, so that a restart goes on. No job rows."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from court.domain.errors import CourtError
from court.video import graph as graphs
from court.video.film import FPS, Film, Piece, pieces

VIDEO_PIECE_MS = 20_000
SOUND_PIECE_MS = 300_000
PIECE_SECONDS = 1800.0  # a piece that takes longer hangs
# Rough needs per second of film: pieces and the finished file together.
VIDEO_BYTES, SOUND_BYTES = 500_000, 110_000
RESERVE_BYTES = 2 * 2**30
_MOST_ERROR = 4000
_ENCODE = "-c:v libx264 -preset veryfast -crf 27 -bf 0 -g 50 -pix_fmt yuv420p -video_track_timescale 12800"
Progress = Callable[[int], Awaitable[None]]


class FfmpegFailed(Exception):
    """ffmpeg ended with an error; the text is its last words."""


def need_ffmpeg() -> str:
    """The path of ffmpeg. Refuses `export.no_ffmpeg`."""
    found = shutil.which("ffmpeg")
    if found is None:
        raise CourtError("export.no_ffmpeg")
    return found


def need_space(folder: Path, needed: int, reserve: int = RESERVE_BYTES) -> None:
    """Refuses `export.no_space` (params needed, free) unless the disk keeps its reserve afterwards."""
    free = shutil.disk_usage(folder).free
    if free < needed + reserve:
        wanted = f"{(needed + reserve) / 1e9:.1f}"
        raise CourtError("export.no_space", needed=wanted, free=f"{free / 1e9:.1f}")


class Maker:
    """One film in one folder of its own. `make_video` and `make_sound` may be called again after a crash or cancel."""

    def __init__(self, film: Film, folder: Path, *, font: Path, reserve: int = RESERVE_BYTES) -> None:
        self._film, self._folder, self._font, self._reserve = film, folder, font, reserve
        self._ffmpeg = need_ffmpeg()

    async def make_video(self, target: Path, progress: Progress) -> None:
        """MP4, H.264 and AAC, everything burned in. Errors: CourtError, FfmpegFailed, OSError."""
        await self._make(target, progress, VIDEO_PIECE_MS, VIDEO_BYTES, video=True)

    async def make_sound(self, target: Path, progress: Progress) -> None:
        """M4A (AAC), all voices mixed, as long as the session. Errors: as `make_video`."""
        await self._make(target, progress, SOUND_PIECE_MS, SOUND_BYTES, video=False)

    async def _make(
        self, target: Path, progress: Progress, piece_ms: int, per_second: int, *, video: bool
    ) -> None:
        kept = self._folder / ("pieces-video" if video else "pieces-sound")
        await asyncio.to_thread(self._prepare, kept, per_second)
        todo = pieces(self._film.length_ms, piece_ms)
        for piece in todo:
            await asyncio.to_thread(need_space, kept, 0, self._reserve)
            await self._piece(kept, piece, video=video)
            await progress(950 * (piece.number + 1) // len(todo))
        await self._join(kept, todo, target, video=video)
        await asyncio.to_thread(shutil.rmtree, kept)
        await progress(1000)

    def _prepare(self, kept: Path, per_second: int) -> None:
        """Pieces of another film (a file changed meanwhile, another reason) are thrown away, half ones always."""
        kept.mkdir(parents=True, exist_ok=True)
        mark, known = hashlib.sha256(repr(self._film).encode()).hexdigest(), kept / "film.sha256"
        if not known.is_file() or known.read_text() != mark:
            shutil.rmtree(kept)
            kept.mkdir()
            known.write_text(mark)
        for half in kept.glob("half-*"):
            half.unlink()
        link = kept / graphs.FONT
        link.unlink(missing_ok=True)
        link.symlink_to(self._font.resolve())
        need_space(kept, self._film.length_ms * per_second // 1000, self._reserve)

    async def _piece(self, kept: Path, piece: Piece, *, video: bool) -> None:
        sound, picture = kept / f"{piece.number:05}.wav", kept / f"{piece.number:05}.mp4"
        if sound.is_file() and (picture.is_file() or not video):
            return
        graph = graphs.Graph()
        graphs.sound(self._film, piece, graph)
        if video:
            graphs.picture(self._film, piece, graph)
        await asyncio.to_thread(_write, kept, graph)
        order = [word for path in graph.inputs for word in ("-i", f"file:{path}")]
        order += ["-filter_complex_script", "graph.txt", "-filter_complex_threads", "1"]
        order += ["-map", "[a]", "-c:a", "pcm_s16le", "half-sound.wav"]
        if video:
            order += ["-map", "[v]", *_ENCODE.split(), "-threads", "1", "-r", str(FPS), "half-picture.mp4"]
        await self._run(kept, order)
        if video:
            (kept / "half-picture.mp4").rename(picture)
        (kept / "half-sound.wav").rename(sound)

    async def _join(self, kept: Path, todo: Sequence[Piece], target: Path, *, video: bool) -> None:
        half = target.with_name(f"half-{target.name}")
        order = []
        for suffix in ("wav", "mp4") if video else ("wav",):
            lines = "".join(f"file {piece.number:05}.{suffix}\n" for piece in todo)
            (kept / f"{suffix}.txt").write_text(lines)
            order += ["-f", "concat", "-i", f"{suffix}.txt"]
        order += ["-map", "0:a", "-c:a", "aac", "-b:a", "64k"]
        if video:
            order += ["-map", "1:v", "-c:v", "copy"]
        order += [
            "-map_metadata",
            "-1",
            "-metadata",
            f"title={self._film.heading}",
            "-movflags",
            "+faststart",
        ]
        await self._run(kept, [*order, f"file:{half}"])
        half.rename(target)

    async def _run(self, folder: Path, order: Sequence[str]) -> None:
        """ffmpeg behind everything else on this machine. A cancelled caller ends it."""
        words = [*_behind(), self._ffmpeg, "-v", "error", "-nostdin", "-y", *order]
        # A POSIX zone needs no zone files on the machine; China has no summer time.
        environment = {**os.environ, "TZ": "CST-8"}
        process = await asyncio.create_subprocess_exec(
            *words,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                _, said = await process.communicate()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            raise FfmpegFailed(said[-_MOST_ERROR:].decode(errors="replace"))


def _behind() -> list[str]:
    """Words before the program that let everything else go first; what the machine lacks is left out."""
    words = [["nice", "-n", "15"], ["ionice", "-c", "3"]]
    return [word for part in words if shutil.which(part[0]) for word in part]


def _write(folder: Path, graph: graphs.Graph) -> None:
    (folder / "graph.txt").write_text(graph.script, encoding="utf-8")
    for name, words in graph.texts.items():
        (folder / name).write_text(words, encoding="utf-8")
