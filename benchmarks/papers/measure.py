"""Figures of group `papers`: ours, then each peer that can be had, one after the other in one run."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-bench/bin/python"
LIMIT_S = 1800
WORK = (sys.executable, "-m", "benchmarks.papers.work")


def measure() -> dict[str, Any]:
    """A peer that cannot be had is named in `missing_peers` with the reason."""
    with tempfile.TemporaryDirectory(prefix="court-bench-") as name:
        folder = Path(name)
        found = _run([*WORK, "one_core", str(folder)])
        found["agreements_per_s"] = _two_processes(folder)
        found |= _run([*WORK, "memory", str(folder)])
        missing: dict[str, str] = {}
        texts = subprocess.run(
            [*WORK, "texts", str(folder)], capture_output=True, check=True, timeout=LIMIT_S, cwd=ROOT
        ).stdout
        for peer in ("weasyprint", "typst"):
            if not PEERS.exists():
                missing[peer] = "no .venv-bench: make bench-peers"
                continue
            try:
                said = _run([str(PEERS), str(Path(__file__).with_name("peers.py")), peer], texts)
            except subprocess.CalledProcessError as error:
                missing[peer] = error.stderr.decode()[-300:]
                continue
            found |= {f"{peer}_{figure}": number for figure, number in said.items()}
        paper = folder / "paper.pdf"
        _run([*WORK, "drawn", str(folder)])
        try:
            said = _run([sys.executable, "-m", "benchmarks.papers.plain_pyhanko", str(paper), "40"])
            found |= {f"plain_pyhanko_{figure}": number for figure, number in said.items()}
        except subprocess.CalledProcessError as error:
            missing["plain_pyhanko"] = error.stderr.decode()[-300:]
        return {**found, "missing_peers": missing}


def _run(command: list[str], given: bytes = b"") -> dict[str, Any]:
    done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=LIMIT_S, cwd=ROOT)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _two_processes(folder: Path) -> float:
    """Agreements a second of two workers that begin together."""
    workers = [
        subprocess.Popen(
            [*WORK, "one_of_two", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    made = sum(json.loads(worker.communicate(timeout=LIMIT_S)[0])["agreements"] for worker in workers)
    return round(made / (time.perf_counter() - began), 2)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2, ensure_ascii=False))
