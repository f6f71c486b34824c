"""Papers reach a real IPP printer unchanged; one that does not answer, or answers nonsense, says so within bounds."""

import socket
from pathlib import Path

import pytest

from court import ipp_line, printing
from court.domain.errors import CourtError
from court.domain.printer import Options, PrinterState, Sides, check
from court.ipp_line import Device
from tests.printing.shop import PDF
from tests.printing.unreliable import unreliable


async def test_a_printed_file_arrives_byte_for_byte(printer: tuple[str, Path]) -> None:
    uri, spool = printer
    device = Device(uri=uri, name="车上")
    result = await printing.print_pdf(device, PDF, job_name="人民调解协议书")
    assert await printing.printed(device, result.job_id) == "completed"
    (kept,) = spool.glob("*.pdf")
    assert kept.read_bytes() == PDF
    found = await printing.find(device, "人民调解协议书")
    assert found is not None
    assert found.job_id == result.job_id


async def test_the_printer_tells_its_state_and_only_what_it_can_do_is_let_through(
    printer: tuple[str, Path],
) -> None:
    told = await printing.tell(Device(uri=printer[0]))
    assert (told.name, told.state, told.accepting) == ("车载打印机", PrinterState.IDLE, True)
    assert told.can.creates
    assert set(told.can.sides) == set(Sides)
    assert "main" in told.can.sources
    check(Options(copies=2, sides=Sides.LONG, first=1, last=2), told.can, 4)
    with pytest.raises(CourtError) as refusal:
        check(Options(source="tray-9"), told.can, 4)
    assert refusal.value.code == "printing.cannot"


async def test_a_silent_printer_is_named_unreachable_and_nothing_was_sent() -> None:
    with pytest.raises(ipp_line.Unsent) as refusal:
        await printing.tell(Device(uri="ipp://127.0.0.1:9/ipp/print"))
    assert refusal.value.code == "printer.unreachable"


@pytest.mark.parametrize("uri", ["", "http://127.0.0.1/x", "ipp://", "ipp://user:secret@printer/x"])
async def test_an_unusable_address_is_refused_before_anything_is_sent(uri: str) -> None:
    with pytest.raises(CourtError) as refusal:
        await printing.print_pdf(Device(uri=uri, name="车上"), PDF, job_name="x")
    assert refusal.value.code in {"printer.unset", "printer.address"}
    assert "secret" not in refusal.value.text


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"<html>hello</html>", "text/html"),
        (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04" + b"\x34\x00\x01a\x00\x00" * 5000, "application/ipp"),
        (bytes(3_000_000), "application/ipp"),
        (b"\x02\x00\x00\x00\x00\x00\x00\x00\x03", "application/ipp"),
    ],
    ids=["a web page", "a pit", "a flood", "another's answer"],
)
async def test_a_hostile_answer_has_its_own_code(raw: bytes, kind: str) -> None:
    async with unreliable(raw=raw, content_type=kind) as hostile:
        with pytest.raises(CourtError) as refusal:
            await printing.tell(Device(uri=hostile.uri, name="车上"))
        assert refusal.value.code == "printer.garbled"


async def test_a_printer_that_takes_the_question_and_never_answers_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ipp_line, "ASK_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(CourtError) as refusal:
            await printing.tell(Device(uri=f"ipp://127.0.0.1:{port}/", name="车上"))
        assert refusal.value.code == "printer.unreachable"
        assert not isinstance(refusal.value, ipp_line.Unsent)
