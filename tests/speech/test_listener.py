"""A running recording is heard while it grows: each microphone by itself, pauses ended, times kept."""

import asyncio
from pathlib import Path

from court.speech.funasr import FunAsr
from court.speech.listener import PAUSE_MS, Listener, Voice
from court.speech.pieces import BYTES_PER_MS, Piece
from signalling import webm
from signalling.segment_file import SegmentFile
from signalling.tail import Sound
from tests.speech.funasr_server import Server
from tests.speech.tones import HIGH, LOW, opus


def segment(folder: Path, seat: str, number: int, start_ms: int) -> SegmentFile:
    title: dict[str, str | int] = {
        "hearing": "h",
        "seat": seat,
        "source": "mic",
        "start_ms": start_ms,
        "part": 1,
    }
    return SegmentFile(folder / f"{seat}-mic-01-{number:05}.webm", webm.head(webm.opus_track(), title))


def sounds(parts: list[tuple[int, float]], start_ms: int = 0) -> list[Sound]:
    return [Sound(seat_id="a", at_ms=start_ms + at, data=data) for at, data in opus(parts)]


def test_a_pause_is_kept_just_long_enough_to_end_a_sentence() -> None:
    voice = Voice()
    first = voice.hear(sounds([(LOW, 0.5)]))
    after = voice.hear(sounds([(LOW, 0.5)], start_ms=60_000))
    assert [at for at, _ in first] == [0]
    (pause_at, pause), (again_at, _) = after
    assert len(pause) == PAUSE_MS * BYTES_PER_MS and not any(pause)
    assert abs(pause_at - 500) <= 40 and again_at == 60_000


def test_lost_and_damaged_packets_leave_the_rest_where_it_was() -> None:
    whole = sounds([(LOW, 2.0)])
    kept = [s for n, s in enumerate(whole) if n % 10 or n == 0]
    kept[30] = Sound(seat_id="a", at_ms=kept[30].at_ms, data=b"\xff" * 3)
    runs = Voice().hear(kept)
    end = runs[-1][0] + len(runs[-1][1]) // BYTES_PER_MS
    assert 1600 <= end <= 2000


def test_silence_after_the_last_word_is_heard_once() -> None:
    voice = Voice()
    voice.hear(sounds([(LOW, 0.4)]))
    assert voice.rest(1000) == []
    assert len(voice.rest(5000)) == 1
    assert voice.rest(9000) == []


async def test_two_people_are_heard_apart_while_they_speak(
    funasr: tuple[Server, str], tmp_path: Path
) -> None:
    engine = FunAsr(funasr[1])
    heard: list[Piece] = []
    listener = asyncio.create_task(Listener(tmp_path, engine, heard.append, hotwords=("山路",)).run())
    files = {"anna": segment(tmp_path, "anna", 1, 10_000), "bert": segment(tmp_path, "bert", 1, 12_000)}
    for seat, hertz in (("anna", LOW), ("bert", HIGH)):
        for at, data in opus([(hertz, 1.0)]):
            files[seat].add(webm.Frame(at, True, data))
        files[seat].flush()
    async with asyncio.timeout(30):
        while {piece.seat_id for piece in heard if piece.final} != {"anna", "bert"}:
            await asyncio.sleep(0.05)
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)
    await engine.close()
    finals = {piece.seat_id: piece for piece in heard if piece.final}
    assert (finals["anna"].text, finals["bert"].text) == ("低。", "高。")
    assert abs(finals["anna"].start_ms - 10_000) <= 150 and abs(finals["bert"].start_ms - 12_000) <= 150
