"""What a start loads: pages wait for none of the libraries that only papers, fonts or upgrades need."""

import subprocess
import sys

HEAVY = (
    "pyhanko", "pyhanko_certvalidator", "fontTools", "alembic", "av", "aiortc",
    "documents.kinds", "documents.judgment", "documents.petition",
)  # fmt: skip
LOADS = """
import importlib, sys
import court.cli.serve
from court import app
for desk in app.DESKS:
    importlib.import_module(f"court.web.{desk}")
print(*sorted(sys.modules))
"""


def test_a_start_loads_no_library_that_only_papers_fonts_upgrades_or_media_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADS], capture_output=True, text=True, timeout=110, check=True
    )
    loaded = done.stdout.split()
    assert "court.web.signing" in loaded
    assert [name for name in HEAVY if name in loaded] == []
