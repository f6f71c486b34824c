"""A node's data folder as its first start leaves it, made once for a test run and copied for each test."""

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec

from court import installation
from court.config import Config
from tests.store.engines import fresh_sqlite


@cache
def _first(fonts: Path) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="court-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = msgspec.structs.replace(Config(), data_dir=folder / "data", fonts_dir=fonts)
    installation.prepare(config, datetime.now(UTC), lambda *_: None)
    fresh_sqlite(config.data_dir)
    return config.data_dir


def prepare(config: Config) -> None:
    """`installation.prepare` of a fresh folder in a moment; the keys are those of the other tests' nodes."""
    shutil.copytree(_first(config.fonts_dir), config.data_dir, dirs_exist_ok=True)
    installation.prepare(config, datetime.now(UTC), lambda *_: None)
