"""A real IPP printer program (CUPS' ippeveprinter) on loopback, with the private D-Bus it insists on."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import free_port, need, wait_for_port


@pytest.fixture(scope="session")
def dbus_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    address = f"unix:path={tmp_path_factory.mktemp('dbus')}/bus"
    bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", f"--address={address}"])
    time.sleep(0.3)
    yield address
    bus.terminate()
    bus.wait(5)


@pytest.fixture
def printer(tmp_path: Path, dbus_address: str) -> Iterator[tuple[str, Path]]:
    """(ipp URI, spool directory where every printed file is kept)."""
    need("ippeveprinter")
    spool, port = tmp_path / "spool", free_port()
    spool.mkdir()
    process = subprocess.Popen(
        [
            "ippeveprinter", "-n", "localhost", "-r", "off", "-2", "-k", "-d", str(spool),
            "-f", "application/pdf", "-p", str(port), "车载打印机",
        ],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": dbus_address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for_port(port)
    yield f"ipp://127.0.0.1:{port}/ipp/print", spool
    process.terminate()
    process.wait(5)
