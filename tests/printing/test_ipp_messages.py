"""IPP octets: what is written is read back; what is no answer is refused at once, never a hang, never another error."""

import contextlib
import random

import pytest

from court import ipp
from court.ipp import Attribute, Garbled, Operation, Tag, decode, encode, keywords


def _message() -> bytes:
    size = (Attribute(Tag.INTEGER, "x-dimension", (21000,)), Attribute(Tag.INTEGER, "y-dimension", (29700,)))
    column = (Attribute(Tag.COLLECTION, "media-size", (size,)), keywords("media-source", "tray-1"))
    return encode(
        Operation.PRINT_JOB,
        7,
        [
            (Tag.OPERATION, [Attribute(Tag.NAME, "job-name", ("传票",))]),
            (
                Tag.JOB,
                [
                    Attribute(Tag.INTEGER, "copies", (3,)),
                    Attribute(Tag.RANGE, "page-ranges", ((1, 2), (4, 4))),
                    Attribute(Tag.BOOLEAN, "last-document", (True,)),
                    Attribute(Tag.COLLECTION, "media-col", (column,)),
                ],
            ),
        ],
    )


def test_what_is_written_is_read_back() -> None:
    answer = decode(_message())
    assert (answer.status, answer.request_id) == (Operation.PRINT_JOB, 7)
    assert answer.group(Tag.OPERATION) == {"job-name": ("传票",)}
    assert answer.group(Tag.JOB) == {
        "copies": (3,),
        "page-ranges": ((1, 2), (4, 4)),
        "last-document": (True,),
        "media-col": (
            {
                "media-size": ({"x-dimension": (21000,), "y-dimension": (29700,)},),
                "media-source": ("tray-1",),
            },
        ),
    }


def test_every_cut_and_every_flip_is_an_answer_or_garbled() -> None:
    whole = _message()
    for length in range(len(whole)):
        with pytest.raises(Garbled):
            decode(whole[:length])
    dice = random.Random(5)
    for _ in range(3000):
        octets = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            octets[dice.randrange(len(octets))] = dice.randrange(256)
        with contextlib.suppress(Garbled):
            decode(bytes(octets))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<html>404</html>",
        bytes(ipp.MOST_OCTETS + 1),
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x04" + b"\x34\x00\x01a\x00\x00" * 20,
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x04" + b"\x44\x00\x00\x00\x00" * (ipp.MOST_VALUES + 1) + b"\x03",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x44\x00\x01a\x00\x01b\x03",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x21\x00\x01a\x00\x02\x00\x01\x03",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x21\xff\xff",
    ],
    ids=[
        "empty",
        "a page",
        "too long",
        "too deep",
        "too many",
        "no group",
        "a short number",
        "a false length",
    ],
)
def test_nonsense_is_garbled(octets: bytes) -> None:
    with pytest.raises(Garbled):
        decode(octets)
