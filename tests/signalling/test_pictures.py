"""Who is shown what, and which encodings nobody has to send."""

from dataclasses import replace

from signalling import messages as m
from signalling.ladder import RUNGS, TOP
from signalling.messages import Source
from signalling.outlet import Quality
from signalling.pictures import UNNEEDED_S, Pictures, Slot
from signalling.streams import Feed
from signalling.terms import Layer
from tests.signalling.test_outlet import packet
from tests.signalling.test_streams import inlet, outlet


def feed(seat: str, source: Source = Source.CAMERA) -> Feed:
    line = replace(inlet(0).line, source=source, ssrc=None, layers=(Layer.LOW, Layer.HIGH))
    found = Feed(seat, line)
    for one in found.layers.values():
        one.passes = True
    return found


def slots(*feeds: Feed) -> list[Slot]:
    return [Slot(outlet()[0], one) for one in feeds]


def plan(pictures: Pictures, found: list[Slot], rung: int = TOP) -> dict[str, Quality]:
    return {
        f"{s.feed.seat_id}/{s.feed.source}": quality for s, quality in pictures.plan("clerk", found, rung)
    }


JUDGE, PARTY, PAPER = feed("judge"), feed("party"), feed("party", Source.DOCUMENT)


def test_without_a_word_of_the_page_every_picture_is_large() -> None:
    assert set(plan(Pictures(), slots(JUDGE, PARTY)).values()) == {Quality.HIGH}


def test_the_picture_the_page_shows_large_is_the_last_to_suffer() -> None:
    pictures = Pictures()
    large = (m.Picture("party", Source.DOCUMENT), m.Picture("party", Source.CAMERA))
    pictures.watch("clerk", m.Watch(large=large))
    found = slots(JUDGE, PARTY, PAPER)
    for number, rung in enumerate(RUNGS):
        shown = plan(pictures, found, number)
        assert shown["party/document"] is rung.main
        assert shown["party/camera"] is rung.rest
        assert shown["judge/camera"] is min(rung.rest, Quality.LOW), "a small tile never needs the high one"


def test_a_page_that_nobody_sees_gets_no_picture() -> None:
    pictures = Pictures()
    pictures.watch("clerk", m.Watch(hidden=True))
    assert set(plan(pictures, slots(JUDGE, PARTY)).values()) == {Quality.NONE}
    assert pictures.need("clerk", slots(JUDGE, PARTY), TOP, 0.0) == 0


def test_what_a_rung_needs_is_what_arrives_or_what_usually_would() -> None:
    pictures, one = Pictures(), feed("judge")
    usual = pictures.need("clerk", slots(one), TOP, 0.0)
    high = one.layers[Layer.HIGH]
    for i in range(100):
        high.accept(packet(i, 0), i / 100, repeated=False)
        if i % 10 == 9:
            high.measure(0.1)
    assert 0 < pictures.need("clerk", slots(one), TOP, 1.0) < usual
    assert pictures.need("clerk", slots(one), 0, 1.0) == 0


def test_an_encoding_that_nobody_watches_is_stopped_after_a_while_and_started_at_once() -> None:
    pictures, one = Pictures(), feed("judge")
    low, high = one.layers[Layer.LOW], one.layers[Layer.HIGH]

    def sent(now: float, *, recording: bool = False) -> tuple[bool, bool]:
        (found,) = pictures.encodings([one], recording=recording, now=now)
        return found.high, found.low

    high.wished = True
    assert sent(0.0) == (True, True)
    assert sent(UNNEEDED_S) == (True, False)
    high.wished, low.wished = False, True
    assert sent(UNNEEDED_S + 1) == (True, True)
    assert sent(2 * UNNEEDED_S + 1) == (False, True)
    assert sent(2 * UNNEEDED_S + 2, recording=True) == (True, True), "the recorder needs the best there is"
    low.wished = False
    assert sent(4 * UNNEEDED_S, recording=True) == (True, False)
    high.passes = low.passes = False
    assert sent(6 * UNNEEDED_S, recording=True) == (False, False)


def test_a_page_with_one_encoding_sends_it_while_either_is_watched() -> None:
    pictures, one = Pictures(), Feed("judge", inlet(5).line)
    only = one.layers[Layer.HIGH]
    only.passes = only.wished = True
    assert pictures.encodings([one], recording=False, now=0.0) == (
        m.Encoding(source=Source.CAMERA, high=True, low=True),
    )
    only.wished = False
    assert pictures.encodings([one], recording=False, now=9.0) == (
        m.Encoding(source=Source.CAMERA, high=False, low=False),
    )
