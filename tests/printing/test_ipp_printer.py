"""Papers reach a real IPP printer unchanged, and a printer that does not answer says so."""

from pathlib import Path

import pytest

from court import printing
from court.domain.errors import CourtError

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


async def test_a_printed_file_arrives_byte_for_byte(printer: tuple[str, Path]) -> None:
    uri, spool = printer
    result = await printing.print_pdf(uri, PDF, job_name="人民调解协议书", copies=3)
    assert await printing.printed(uri, result.job_id) == "completed"
    (kept,) = spool.glob("*.pdf")
    assert kept.read_bytes() == PDF


async def test_the_printer_tells_its_state(printer: tuple[str, Path]) -> None:
    state = await printing.printer_state(printer[0])
    assert (state.name, state.state, state.accepting) == ("车载打印机", "idle", True)


async def test_a_silent_printer_is_named_unreachable() -> None:
    with pytest.raises(CourtError) as refusal:
        await printing.printer_state("ipp://127.0.0.1:9/ipp/print")
    assert refusal.value.code == "printer.unreachable"


@pytest.mark.parametrize("uri", ["", "http://127.0.0.1/x", "ipp://"])
async def test_an_unusable_address_is_refused_before_anything_is_sent(uri: str) -> None:
    with pytest.raises(CourtError) as refusal:
        await printing.print_pdf(uri, PDF, job_name="x")
    assert refusal.value.code.startswith("printer.")


async def test_zero_copies_are_refused(printer: tuple[str, Path]) -> None:
    with pytest.raises(CourtError) as refusal:
        await printing.print_pdf(printer[0], PDF, job_name="x", copies=0)
    assert refusal.value.code == "printer.refused"
