"""Debian's coturn on loopback, as a court runs it: long-term credentials from a shared secret, nothing else open."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import free_port, need, wait_for_port

SECRET = "a-secret-shared-with-the-turn-server"


@dataclass(frozen=True)
class Turn:
    port: int
    transport: str
    log: Path

    @property
    def url(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport={self.transport}"


@contextmanager
def turn_server(folder: Path, transport: str) -> Iterator[Turn]:
    """`transport`: udp, or tcp alone, as behind a firewall that lets nothing else out."""
    program, port, log = need("turnserver"), free_port(), folder / "turn.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [
                program, "-n", "--no-cli", "--no-tls", "--no-dtls", "--allow-loopback-peers", "--verbose",
                "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}",
                "--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=court", "--log-file=stdout",
                f"--userdb={folder / 'turndb'}", f"--pidfile={folder / 'turn.pid'}",
                *(["--no-udp"] if transport == "tcp" else []),
            ],
            stdout=written,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        wait_for_port(port)  # it listens on TCP as well
        yield Turn(port, transport, log)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder / "turndb", ignore_errors=True)
