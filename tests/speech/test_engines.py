"""Both engines hear tones as words, with the recording's times; each fault of an engine stays beside the session."""

import asyncio
import importlib.util
from pathlib import Path

import pytest

from court.speech.funasr import WAITING_MS, FunAsr
from court.speech.pieces import Piece, Recogniser, SpeechError
from court.speech.sherpa import Sherpa
from tests.speech.funasr_server import Server
from tests.speech.tones import CTC, HIGH, LOW, TRANSDUCER, tone

needs_sherpa = pytest.mark.skipif(
    importlib.util.find_spec("sherpa_onnx") is None, reason="the extra `speech` is not installed"
)
SPOKEN = [(LOW, 0.6), (0, 0.6), (HIGH, 0.6), (0, 1.2)]


async def speak(engine: Recogniser, at_ms: int, parts: list[tuple[int, float]] = SPOKEN) -> list[Piece]:
    heard: list[Piece] = []
    stream = engine.open("seat-1", heard.append)
    sound = b"".join(tone(hertz, seconds) for hertz, seconds in parts)
    for start in range(0, len(sound), 9600):  # 300 ms
        await stream.feed(sound[start : start + 9600], at_ms + start // 32)
        await asyncio.sleep(0.01)
    await stream.close()
    return heard


def assert_heard(heard: list[Piece]) -> None:
    finals = [piece for piece in heard if piece.final]
    assert "".join(piece.text for piece in finals).replace("。", "") == "低高"
    assert all(piece.seat_id == "seat-1" for piece in heard)
    words = [word for piece in finals for word in piece.words]
    assert [word.text for word in words] == ["低", "高"]
    for word, began in zip(words, (60_000, 61_200), strict=True):
        assert abs(word.start_ms - began) <= 100, word


async def test_a_funasr_server_hears_with_the_times_of_the_recording(funasr: tuple[Server, str]) -> None:
    server, url = funasr
    engine = FunAsr(url)
    heard = await speak(engine, 60_000)
    await engine.close()
    assert_heard(heard)
    assert not heard[0].final, "the quick words come first"
    greeting = server.greetings[0]
    assert (greeting["mode"], greeting["audio_fs"], greeting["is_speaking"]) == ("2pass", 16000, True)


async def test_names_are_hot_words_and_the_case_is_not_named(funasr: tuple[Server, str]) -> None:
    server, url = funasr
    engine = FunAsr(url)
    stream = engine.open("seat-1", lambda _: None, ("王秀英",))
    await stream.feed(tone(LOW, 0.3), 0)
    while not server.greetings:
        await asyncio.sleep(0.01)
    await stream.close()
    await engine.close()
    assert server.greetings[0]["hotwords"] == '{"王秀英": 20}'
    assert server.greetings[0]["wav_name"] == "court"


async def test_an_engine_that_goes_away_is_found_again(
    funasr: tuple[Server, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("court.speech.funasr.BACKOFF_S", (0.05,))
    server, url = funasr
    engine = FunAsr(url)
    heard: list[Piece] = []
    stream = engine.open("seat-1", heard.append)
    await stream.feed(tone(LOW, 0.6), 0)
    while not heard:
        await asyncio.sleep(0.01)
    await server.cut()
    while len(server.greetings) < 2:
        await asyncio.sleep(0.01)
    await stream.feed(tone(HIGH, 0.6) + tone(0, 1.2), 90_000)
    while not (heard[-1].final and "高" in heard[-1].text):
        await asyncio.sleep(0.01)
    await stream.close()
    await engine.close()
    assert abs(heard[-1].start_ms - 90_000) <= 100


async def test_nonsense_from_an_engine_is_passed_over(funasr: tuple[Server, str]) -> None:
    server, url = funasr
    server.nonsense = [
        "",
        "[]",
        "{",
        '{"text": 5}',
        '{"mode": "2pass-offline", "text": "  ", "timestamp": "[[1"}',
    ]
    engine = FunAsr(url)
    heard = await speak(engine, 60_000)
    await engine.close()
    assert_heard(heard)


async def test_times_that_do_not_fit_the_text_are_left_out(funasr: tuple[Server, str]) -> None:
    server, url = funasr
    server.nonsense = ['{"mode": "2pass-offline", "text": "三个字", "timestamp": "[[0, 10]]"}']
    engine = FunAsr(url)
    heard = await speak(engine, 5000, [(LOW, 0.3)])
    await engine.close()
    odd = next(piece for piece in heard if piece.text == "三个字")
    assert odd.words == () and odd.final and odd.start_ms >= 5000


async def test_sound_nobody_takes_does_not_fill_the_memory() -> None:
    engine = FunAsr("ws://127.0.0.1:9/")
    stream = engine.open("seat-1", lambda _: None)
    for second in range(120):
        await stream.feed(bytes(32_000), second * 1000)
    assert stream._waiting_ms <= WAITING_MS
    stream._task.cancel()
    await asyncio.gather(stream._task, return_exceptions=True)
    await engine.close()


@needs_sherpa
@pytest.mark.parametrize("folder", [CTC, TRANSDUCER], ids=lambda path: path.name)
async def test_a_model_in_this_process_hears_with_the_times_of_the_recording(folder: Path) -> None:
    heard = await speak(Sherpa(folder), 60_000)
    assert_heard(heard)
    sure = [word.confidence for piece in heard if piece.final for word in piece.words]
    if folder == TRANSDUCER:
        assert all(value is not None and 0.5 < value <= 1 for value in sure), "the model tells how sure it is"
    else:
        assert sure == [None, None]


@needs_sherpa
@pytest.mark.parametrize("content", ["nothing", "no model", "damaged"])
def test_a_folder_without_a_model_is_refused_by_name(tmp_path: Path, content: str) -> None:
    if content != "nothing":
        (tmp_path / "tokens.txt").write_text("<blk> 0\n", encoding="utf-8")
    if content == "damaged":
        (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(SpeechError, match="speech_model_dir"):
        Sherpa(tmp_path)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SpeechError, match="speech_url"):
        FunAsr("http://127.0.0.1")
