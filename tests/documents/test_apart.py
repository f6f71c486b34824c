"""A stranger's file may stall, swell or kill its process: only that process ends, and there is a clear answer."""

import os
import signal
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from documents import apart, handed_in, pki
from documents.verdict import Verdict
from tests.documents.conftest import NOW, Story

LATER = NOW + timedelta(hours=1)


def swell(_: int) -> dict[str, Any]:
    return {"size": len(bytearray(3 * 1024**3))}


def stall(_: int) -> dict[str, Any]:
    while True:
        pass


def sleep(_: int) -> dict[str, Any]:
    time.sleep(600)
    return {}


def die(_: int) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}


def write(_: int) -> dict[str, Any]:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        Path("/tmp/left-by-a-check").write_bytes(b"x")
    except OSError:
        return {"wrote": False}
    return {"wrote": True}


@pytest.mark.parametrize(
    ("work", "bounds", "expected"),
    [
        (swell, {}, apart.TooCostly),
        (stall, {"cpu_seconds": 1}, apart.TooSlow),
        (sleep, {"wall_seconds": 1.0}, apart.TooSlow),
        (die, {}, apart.TooCostly),
    ],
)
def test_what_goes_beyond_its_bounds_is_ended_and_named(
    work: Any, bounds: dict[str, Any], expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        apart.apart(work, 0, **bounds)


def test_a_check_can_write_no_file() -> None:
    assert apart.apart(write, 0) == {"wrote": False}


def test_the_report_comes_whole_out_of_the_process(story: Story, trust: pki.Trust) -> None:
    report = apart.verify_apart(story.sealed, trust, now=LATER)
    assert report.verdict is Verdict.PASSED and report.ours
    assert [each.field for each in report.signatures][-2:] == ["seal", "timestamp"]
    assert report.evidence and report.content_sha256 == story.content_sha256


def bomb_of_objects() -> bytes:
    """A cross-reference stream that unpacks to 200 MB."""
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Huge = pikepdf.Stream(document, b"\x00" * 200_000_000)
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def circling() -> bytes:
    """Fields that are their own children, pages that are their own parents."""
    body = b"%PDF-1.7\n"
    offsets = []
    for number, text in enumerate(
        (
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]/SigFlags 3>>>>",
            b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>",
            b"<</FT/Sig/T(a)/Kids[3 0 R]/Parent 3 0 R>>",
        ),
        start=1,
    ):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    return body + table + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


@pytest.mark.parametrize("data", [bomb_of_objects(), circling()], ids=["bomb", "circling"])
def test_bombs_and_circles_get_a_reason_and_no_belief(data: bytes, trust: pki.Trust) -> None:
    report = handed_in.check(data, trust, now=LATER)
    assert report.verdict is not Verdict.PASSED
    assert report.reasons and all(each.todo for each in report.reasons)


def test_half_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as stream:
        stream.truncate(500 * 1024 * 1024)
    assert apart.read_bounded(huge, 64 * 1024 * 1024) is None
