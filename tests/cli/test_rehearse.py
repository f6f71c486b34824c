"""The dress rehearsal: its promised JSON, and what third parties say of the papers and the recording it leaves."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signalling.manifest import NAME
from tests.conftest import need


def court(data: Path, fonts: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "court", *arguments],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        env={**os.environ, "COURT_DATA": str(data), "COURT_FONTS_DIR": str(fonts)},
    )


@pytest.fixture(scope="module")
def played(
    tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path, printer: tuple[str, Path]
) -> tuple[dict[str, Any], Path]:
    """One rehearsal, printed: its report and the installation's data folder."""
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out") / "rehearsal"
    done = court(data, fonts_dir, "rehearse", "--json", "--out", str(out), "--printer", printer[0])
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    (printed,) = printer[1].glob("*.pdf")
    assert printed.read_bytes() == Path(report["agreement_pdf"]).read_bytes()
    return report, data


@pytest.mark.timeout(240)
def test_the_report_keeps_its_contract(played: tuple[dict[str, Any], Path]) -> None:
    report, _ = played
    assert set(report) == {"ok", "steps", "agreement_pdf", "transcript_pdf", "recording"}
    assert report["ok"] is True
    assert all(set(step) == {"name", "ok", "seconds", "detail"} and step["ok"] for step in report["steps"])
    recording = report["recording"]
    assert set(recording) == {"directory", "root", "tracks"} and len(recording["root"]) == 64
    assert len(recording["tracks"]) == 6
    for track in recording["tracks"]:
        assert set(track) == {"participant", "kind", "segments", "seconds", "gaps"}
        assert track["seconds"] >= 9 and track["segments"] >= 2


def test_a_rehearsal_told_to_stop_leaves_no_process_behind(tmp_path: Path, fonts_dir: Path) -> None:
    out = tmp_path / "out"
    running = subprocess.Popen(
        [sys.executable, "-m", "court", "rehearse", "--out", str(out)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COURT_DATA": str(tmp_path / "data"), "COURT_FONTS_DIR": str(fonts_dir)},
    )
    assert running.stderr is not None
    # The node is up once the first step is told.
    assert any("✓" in line for line in running.stderr)
    sockets = [path for path in out.rglob("*.sock") if path.stem.isdigit()]
    watched = [os.pidfd_open(int(path.stem)) for path in sockets]
    assert watched
    running.terminate()
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and "彩排中途停止" in said
    for worker in watched:
        assert select.select([worker], [], [], 30)[0], "a media process goes on"
        os.close(worker)


def test_the_papers_are_valid_for_others_and_for_us(
    played: tuple[dict[str, Any], Path], fonts_dir: Path, tmp_path: Path
) -> None:
    report, data = played
    for paper, signatures in ((report["agreement_pdf"], 4), (report["transcript_pdf"], 1)):
        said = subprocess.run([need("pdfsig"), "-nocert", paper], capture_output=True, text=True, check=False)
        assert said.stdout.count("Signature is Valid") == signatures, said.stdout
        subprocess.run([need("qpdf"), "--check", paper], check=True, capture_output=True)
        verdict = json.loads(court(data, fonts_dir, "verify", "--json", paper).stdout)
        assert set(verdict) == {"verdict", "reasons", "signatures", "code"}
        assert verdict["verdict"] == "TOTAL-PASSED"
    # Another installation knows nothing of this one's root.
    stranger = court(tmp_path, fonts_dir, "verify", "--json", report["agreement_pdf"])
    assert stranger.returncode == 1
    assert json.loads(stranger.stdout)["verdict"] == "INDETERMINATE"


def test_every_segment_opens_elsewhere_and_lasts_as_the_manifest_says(
    played: tuple[dict[str, Any], Path], fonts_dir: Path
) -> None:
    report, data = played
    folder = Path(report["recording"]["directory"])
    lines = [json.loads(line) for line in (folder / NAME).read_text().splitlines()]
    segments = [found for line in lines if (found := _segment(line))]
    assert len(segments) == sum(track["segments"] for track in report["recording"]["tracks"])
    for segment in segments:
        told = subprocess.run(
            [need("ffprobe"), "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", folder / segment["file"]],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert abs(float(told) * 1000 - (segment["end_ms"] - segment["start_ms"])) <= 1
    assert court(data, fonts_dir, "verify", str(folder)).returncode == 0


def _segment(line: dict[str, Any]) -> dict[str, Any] | None:
    """The segment inside a manifest line, whatever envelope it stands in."""
    for part in (line, *(value for value in line.values() if isinstance(value, dict))):
        if {"file", "start_ms", "end_ms", "sha256"} <= set(part):
            return part
    return None


def test_a_flipped_byte_in_a_segment_is_named_with_its_file(
    played: tuple[dict[str, Any], Path], fonts_dir: Path
) -> None:
    report, data = played
    victim = sorted(Path(report["recording"]["directory"]).glob("*.webm"))[3]
    whole = victim.read_bytes()
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2] ^= 0x10
    victim.write_bytes(bytes(spoilt))
    try:
        verdict = court(data, fonts_dir, "verify", "--json", report["recording"]["directory"])
    finally:
        victim.write_bytes(whole)
    assert verdict.returncode == 1
    assert victim.name in verdict.stdout and "字节" in verdict.stdout
