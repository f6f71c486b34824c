"""The ffmpeg filter graph of one piece of a film: pictures side by side with texts, sounds mixed. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from court.video.film import FPS, RATE, Clip, Film, FilmTrack, Piece, frame, grid

WIDTH, HEIGHT, HEADER = 1280, 720, 48
FONT = "font.ttf"
_TEXT = f"fontfile={FONT}:fontcolor=white"
_MONO = f"aformat=sample_fmts=flt:sample_rates={RATE}:channel_layouts=mono"


@dataclass(slots=True)
class Graph:
    """`inputs` in their order, the `script` of filters, and the small `texts` by file name the script reads.

    The outputs are labelled [v] and [a]; names are relative to the folder ffmpeg runs in.
    """

    inputs: list[Path] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def script(self) -> str:
        return ";\n".join(self.filters) + "\n"

    def input(self, path: Path) -> int:
        """The number of a new input."""
        self.inputs.append(path)
        return len(self.inputs) - 1

    def text(self, words: str) -> str:
        """The name of a file with these words: nothing of a text is ever read as a filter."""
        name = f"text-{len(self.texts)}.txt"
        self.texts[name] = words
        return name


def sound(film: Film, piece: Piece, graph: Graph) -> None:
    """All voices mixed to one; silence where there is none. Exactly `piece.samples` long."""
    names = []
    for number, track in enumerate(film.sounds):
        parts = [
            _sound_part(graph, clip, piece, f"a{number}p{index}")
            for index, clip in enumerate(_inside(track, piece))
        ]
        graph.filters.append(f"{''.join(parts)}concat=n={len(parts)}:v=0:a=1[a{number}]")
        names.append(f"[a{number}]")
    exact = f"apad=whole_len={piece.samples},atrim=end_sample={piece.samples}"
    if not names:
        graph.filters.append(f"anullsrc=r={RATE}:cl=mono,atrim=end_sample={piece.samples}[a]")
        return
    # Voices are added, not averaged: one person alone is as loud as he was; what is too loud together is rounded off.
    mixed = f"amix=inputs={len(names)}:normalize=0:dropout_transition=0,asoftclip=type=tanh"
    graph.filters.append(f"{''.join(names)}{mixed},{exact}[a]")


def _sound_part(graph: Graph, clip: Clip, piece: Piece, name: str) -> str:
    start, end = max(clip.start_ms, piece.start_ms), min(clip.end_ms, piece.end_ms)
    samples = (end - start) * RATE // 1000
    if clip.path is None:
        graph.filters.append(f"anullsrc=r={RATE}:cl=mono,{_MONO},atrim=end_sample={samples}[{name}]")
        return f"[{name}]"
    skipped = (start - clip.start_ms) * RATE // 1000
    steps = (
        f"aresample={RATE}:first_pts=0:async=1",
        _MONO,
        f"apad=whole_len={skipped + samples}",
        f"atrim=start_sample={skipped}:end_sample={skipped + samples}",
        "asetpts=PTS-STARTPTS",
    )
    graph.filters.append(f"[{graph.input(clip.path)}:a:0]{','.join(steps)}[{name}]")
    return f"[{name}]"


def picture(film: Film, piece: Piece, graph: Graph) -> None:
    """All pictures side by side under a line with case number and local time. Exactly `piece.frames` long."""
    shown = film.pictures
    columns, _, width, height = grid(len(shown), WIDTH, HEIGHT - HEADER)
    names = []
    for number, track in enumerate(shown):
        parts = [
            _picture_part(graph, clip, piece, f"v{number}p{index}", width, height)
            for index, clip in enumerate(_inside(track, piece))
            if _frames(clip, piece)[1]
        ]
        caption = _draw(graph, track.caption, size=22, x="12", y="h-36", box=True)
        steady = f"settb=1/{FPS},setpts=N,fps={FPS}"
        graph.filters.append(f"{''.join(parts)}concat=n={len(parts)}:v=1:a=0,{steady},{caption}[v{number}]")
        names.append(f"[v{number}]")
    together = _together(len(names), columns, width, height, "".join(names), piece)
    local = int(film.began_at.timestamp() * 1000) + piece.start_ms
    # The zone is the court's: ffmpeg runs with TZ set, `localtime` follows it.
    moment = rf"%{{pts:localtime:{local / 1000:.3f}:%Y-%m-%d %H\:%M\:%S}}"
    texts = (
        f"pad={WIDTH}:{HEIGHT}:(ow-iw)/2:{HEADER}:color=0x101010",
        _draw(graph, film.heading, size=26, x="16", y=f"({HEADER}-th)/2"),
        _draw(graph, moment, size=26, x="w-tw-16", y=f"({HEADER}-th)/2", expand=True),
        _draw(graph, film.watermark, size=20, x="w-tw-16", y="h-th-14", alpha=0.55),
        _draw(graph, film.watermark, size=34, x="(w-tw)/2", y="h/3", alpha=0.16),
        f"trim=end_frame={piece.frames}",
        "format=yuv420p",
    )
    graph.filters.append(f"{together}{','.join(texts)}[v]")


def _picture_part(graph: Graph, clip: Clip, piece: Piece, name: str, width: int, height: int) -> str:
    skipped, frames = _frames(clip, piece)
    if clip.path is None:
        blank = f"color=c=0x2a2320:s={width}x{height}:r={FPS},trim=end_frame={frames},setsar=1,format=yuv420p"
        why = _draw(graph, clip.words, size=30, x="(w-tw)/2", y="(h-th)/2")
        graph.filters.append(f"{blank},{why}[{name}]")
        return f"[{name}]"
    steps = (
        f"fps={FPS}:start_time=0",
        # A picture stands until the next one comes, also the last one of a file.
        f"tpad=stop={skipped + frames}:stop_mode=clone",
        f"trim=start_frame={skipped}:end_frame={skipped + frames}",
        "setpts=PTS-STARTPTS",
        f"scale={width}:{height}:force_original_aspect_ratio=decrease",
        f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:color=black",
        "setsar=1",
        "format=yuv420p",
    )
    graph.filters.append(f"[{graph.input(clip.path)}:v:0]{','.join(steps)}[{name}]")
    return f"[{name}]"


def _together(count: int, columns: int, width: int, height: int, names: str, piece: Piece) -> str:
    if count == 0:
        blank = f"color=c=0x101010:s={width}x{height}:r={FPS}"
        return f"{blank},trim=end_frame={piece.frames},"
    if count == 1:
        return names
    places = "|".join(f"{n % columns * width}_{n // columns * height}" for n in range(count))
    return f"{names}xstack=inputs={count}:layout={places}:fill=0x101010,"


def _draw(
    graph: Graph,
    words: str,
    *,
    size: int,
    x: str,
    y: str,
    box: bool = False,
    alpha: float = 1.0,
    expand: bool = False,
) -> str:
    edge = "" if alpha == 1.0 else ":borderw=1:bordercolor=black"
    look = f"fontsize={size}:x={x}:y={y}:alpha={alpha}{edge}"
    box_look = ":box=1:boxcolor=black@0.6:boxborderw=6" if box else ""
    expansion = "normal" if expand else "none"
    return f"drawtext={_TEXT}:textfile={graph.text(words)}:expansion={expansion}:{look}{box_look}"


def _inside(track: FilmTrack, piece: Piece) -> Iterator[Clip]:
    return (c for c in track.clips if c.start_ms < piece.end_ms and c.end_ms > piece.start_ms)


def _frames(clip: Clip, piece: Piece) -> tuple[int, int]:
    """(pictures of the clip that belong to an earlier piece, pictures of it in this one)."""
    first = max(frame(clip.start_ms), frame(piece.start_ms))
    return first - frame(clip.start_ms), min(frame(clip.end_ms), frame(piece.end_ms)) - first
