"""A whole node as its own process: started, killed and started again like on a vehicle."""

import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pyotp

from tests.conftest import free_port


@dataclass(frozen=True)
class Person:
    """A demonstration account with what it needs to sign in."""

    login: str
    name: str
    role: str
    password: str
    totp_secret: str

    def code(self) -> str:
        return pyotp.TOTP(self.totp_secret).now()


class Node:
    """`court serve` on this machine with a private data folder. `people` by login, `terminal_code` for the kiosk.

    On 127.0.0.1 it speaks plain HTTP; any other `host` is a network, so it speaks HTTPS.
    """

    def __init__(self, folder: Path, **settings: str | int | float | list[str]) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        host = settings.get("host", "127.0.0.1")
        self.url = f"{'http' if host == '127.0.0.1' else 'https'}://{host}:{self.port}"
        values: dict[str, str | int | float | list[str]] = {
            "data_dir": str(self.data),
            "port": self.port,
            **settings,
        }
        self.config = folder / "court.toml"
        self.config.write_text(
            "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
        )
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.people: dict[str, Person] = {}
        self.terminal_code = ""

    def court(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `court` command on this node's data."""
        return subprocess.run(
            [sys.executable, "-m", "court", *arguments, "--config", str(self.config)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self) -> "Node":
        """Start the server and wait until it answers; reads the printed accounts."""
        out = self.folder / "handed.json"
        with self.log.open("ab") as log, out.open("wb") as handed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "court", "serve", "--json", "--config", str(self.config)],
                stdout=handed,
                stderr=log,
                # As a user's shell starts it: what was compiled is kept for the next start.
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""},
            )
        try:
            self._wait_until_up()
        except BaseException:
            self.kill()
            raise
        told = json.loads(out.read_text())
        self.people |= {one["login"]: Person(**one) for one in told["accounts"]}
        self.terminal_code = told["terminal_code"]
        return self

    def _wait_until_up(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process and self.process.poll() is None, self.log.read_text()[-3000:]
            try:
                with urlopen(f"{self.url}/healthz", timeout=2, context=self._trust()) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"not up in {seconds} s: {self.log.read_text()[-3000:]}")

    def _trust(self) -> ssl.SSLContext | None:
        """Trusts this node's own authority and nobody else; None while it speaks plain HTTP."""
        root = self.data / "authority" / "root.pem"
        return ssl.create_default_context(cafile=root) if self.url.startswith("https") else None

    def media_workers(self) -> list[int]:
        """Process ids of those that hold the rooms."""
        return [int(path.stem) for path in (self.data / "run").glob("*.sock") if path.stem.isdigit()]

    def kill(self) -> None:
        """The power cut: no goodbye of anybody."""
        self.kill_web()
        for pid in self.media_workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_web(self) -> None:
        """Only the web process; the rooms go on."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def stop(self) -> None:
        """The ordinary end."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.kill()
