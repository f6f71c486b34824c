"""The built wheel is the whole program: it runs without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The checkout is on this environment's path; only what lies in the unpacked wheel may be found.
LOOK = """
import sys
sys.path = [sys.argv[1], *(p for p in sys.path if p != sys.argv[2])]
from court import app, config
built = app.build(config.Config())
assert app.__file__.startswith(sys.argv[1]), app.__file__
print(len(built.router.routes()), built[__import__("court.web.keys").web.keys.TEMPLATES].get_template("kiosk/home.html").name)
"""


def test_the_wheel_runs_without_the_checkout(tmp_path: Path) -> None:
    source = tmp_path / "source"
    subprocess.run(["git", "clone", "-q", ROOT, source], check=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            tmp_path,
            source,
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)
    said = subprocess.run(
        [sys.executable, "-c", LOOK, str(unpacked), str(ROOT)],
        cwd=tmp_path,
        env={**os.environ, "COURT_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "kiosk/home.html" in said.stdout
    for packed in (
        "documents/samples/summons.json",
        "court/static/js/room.js",
        "court/data/problems.csv",
        "templates/documents/agreement.txt.j2",
    ):
        assert (unpacked / packed).is_file()
