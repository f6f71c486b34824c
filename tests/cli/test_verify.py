"""`court verify` answers every input with a verdict and a reason, never with a stack trace."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def verify(*arguments: str, data: Path) -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "court", "verify", "--json", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"COURT_DATA": str(data), "PATH": "/usr/bin"},
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 not a pdf", None])
def test_what_is_no_paper_gets_a_reason(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "paper.pdf"
    if content is not None:
        path.write_bytes(content)
    code, report = verify(str(path), data=tmp_path / "nothing")
    assert code == 1 and report["verdict"] == "INDETERMINATE"
    (reason,) = report["reasons"] if isinstance(report["reasons"], list) else [None]
    assert "（" in str(reason)


def test_an_empty_folder_is_no_recording(tmp_path: Path) -> None:
    code, report = verify(str(tmp_path), data=tmp_path / "nothing")
    assert code == 1 and report["verdict"] == "TOTAL-FAILED"
    assert "recording.no_manifest" in str(report["reasons"])


def test_a_trust_file_that_holds_no_certificate_decides_nothing(tmp_path: Path) -> None:
    paper, roots = tmp_path / "a.pdf", tmp_path / "roots.pem"
    paper.write_bytes(b"%PDF-1.7")
    roots.write_text("nothing here")
    code, report = verify(str(paper), "--trust", str(roots), data=tmp_path / "nothing")
    assert code == 1 and "trust.missing" in str(report["reasons"])
