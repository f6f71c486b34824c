"""Judges that are not ours, on Java: veraPDF and PDFBox's preflight of papers, EU DSS of signatures, Bouncy Castle of SM2."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import need

SOURCES = Path(__file__).parent / "judge"
SIGNATURE_SOURCES = Path(__file__).parent / "judge_signatures"
SM2_SOURCES = Path(__file__).parent / "judge_sm2"
_JARS = Path("/usr/share/java")
_AT_ONCE = 8
PREFLIGHT_JARS = (
    "preflight",
    "xmpbox",
    "pdfbox2",
    "fontbox2",
    "commons-logging",
    "commons-io",
    "bcprov",
    "javax.activation",
    "jaxb-api",
)


def verapdf(files: Sequence[tuple[Path, str]]) -> list[str]:
    """Broken rules of (file, flavour) pairs such as "3a" or "ua1", a line each; every pair must have been judged."""
    program = _built(SOURCES)
    arguments = [part for file, flavour in files for part in (str(file), flavour)]
    classpath = f"{program / 'target/classes'}:{(program / 'target/classpath').read_text().strip()}"
    said = _java(["-cp", classpath, "Judge", *arguments])
    verdicts = [line for line in said if line.split("\t")[2] in ("compliant", "broken")]
    assert len(verdicts) == len(files)
    assert all(int(line.split("\t")[3]) > 100 for line in verdicts)
    return [line for line in said if line.split("\t")[2] != "compliant"]


@dataclass(frozen=True)
class Judgement:
    """What EU DSS says of one signature; `field` "time-stamp:DOCUMENT_TIMESTAMP" for time-stamps."""

    file: str
    field: str
    indication: str
    sub_indication: str
    level: str
    remarks: str


def dss(root: Path, moment: datetime, files: Sequence[Path]) -> list[Judgement]:
    """EU DSS on every signature of `files` at `moment`; `root` is the one trusted certificate (PEM)."""
    program = _built(SIGNATURE_SOURCES)
    classpath = f"{program / 'target/classes'}:{(program / 'target/classpath').read_text().strip()}"
    told = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    said = []
    # A sealed paper takes it seconds; a run of all kinds would go beyond any limit on a busy machine.
    for at in range(0, len(files), _AT_ONCE):
        batch = map(str, files[at : at + _AT_ONCE])
        said += _java(["-cp", classpath, "SignatureJudge", str(root), told, *batch])
    return [Judgement(*line.split("\t")) for line in said]


def bouncy_castle(root: Path, moment: datetime, pairs: Sequence[tuple[Path, Path]]) -> list[tuple[str, ...]]:
    """(digest fits, signature is right, "valid" or why the chain is not) of (record, paper) pairs at `moment`."""
    program = _built(SM2_SOURCES)
    classpath = f"{program / 'target/classes'}:{(program / 'target/classpath').read_text().strip()}"
    told = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    named = [str(each) for pair in pairs for each in pair]
    said = _java(["-cp", classpath, "Sm2Judge", str(root), told, *named])
    return [tuple(line.split("\t")) for line in said]


def preflight(file: Path) -> list[str]:
    """What Apache PDFBox's preflight (PDF/A-1b only) holds against a file."""
    jars = [_JARS / f"{name}.jar" for name in PREFLIGHT_JARS]
    if not jars[0].exists():
        if os.environ.get("CI"):
            pytest.fail("libpdfbox2-java is not installed")
        pytest.skip("libpdfbox2-java is not installed")
    classpath = ":".join(str(jar) for jar in jars if jar.exists())
    said = _java(["-cp", classpath, "org.apache.pdfbox.preflight.Validator_A1b", str(file)], fails=True)
    return [line for line in said if "is a valid PDF/A-1b file" not in line]


def _java(arguments: list[str], *, fails: bool = False) -> list[str]:
    done = subprocess.run(
        [need("java"), "-Xmx800m", "-Dfile.encoding=UTF-8", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert fails or done.returncode == 0, done.stderr[-2000:]
    return [line for line in (done.stdout + done.stderr * fails).splitlines() if line.strip()]


def _built(sources: Path) -> Path:
    """A judge fetched by Maven and our few lines around it compiled, once for each state of them."""
    state = hashlib.sha256(
        b"".join(path.read_bytes() for path in sorted(sources.rglob("*.*")) if path.is_file())
    )
    place = Path.home() / ".cache/mobile-court/judge" / state.hexdigest()[:16]
    if not (place / "target/classpath").exists():
        shutil.copytree(sources, place, dirs_exist_ok=True)
        made = subprocess.run(
            [
                need("mvn"),
                "-q",
                "-B",
                "compile",
                "dependency:build-classpath",
                "-Dmdep.outputFile=target/classpath",
            ],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        if made.returncode:
            shutil.rmtree(place)
            pytest.skip(f"The judge cannot be had here: {made.stdout[-300:]}")
    return place
