"""Runs work on a stranger's file in a process of its own: memory, time and files bounded, its answer plain JSON.

A file that stalls, swells or kills the process costs only this process. No judgement here.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from documents.pki import Trust
from documents.verdict import Report, packed, refused, unpacked

CPU_SECONDS = 20
WALL_SECONDS = 60.0
# Judging our largest papers takes 300 MB of addresses; libraries and fonts of the process count as well.
MEMORY = 1024 * 1024 * 1024
_LARGEST_ANSWER = 4 * 1024 * 1024
_NICE = 5

_PROCESSES = multiprocessing.get_context("forkserver")
# The server of the forks loads the libraries once, so that a check begins within milliseconds.
_PROCESSES.set_forkserver_preload(["__main__", "documents.verify"])


class TooSlow(Exception):
    """The work took more time than it may."""


class TooCostly(Exception):
    """The work took more memory than it may, or died of its input."""


def apart(
    work: Callable[..., dict[str, Any]],
    *args: Any,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
    memory: int = MEMORY,
) -> dict[str, Any]:
    """What `work(*args)` answers, through JSON. Blocks. Errors: TooSlow, TooCostly.

    `work` is a function of a module; `memory` bounds the address space in bytes.
    """
    answer, theirs = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(
        target=_confined, args=(theirs, work, args, cpu_seconds, memory), daemon=True
    )
    process.start()
    theirs.close()
    try:
        if not answer.poll(wall_seconds):
            raise TooSlow
        told = json.loads(answer.recv_bytes(_LARGEST_ANSWER))
    except (EOFError, OSError, ValueError):
        process.join(5)
        raise (TooSlow if process.exitcode == -signal.SIGXCPU else TooCostly) from None
    finally:
        process.kill()
        process.join()
        process.close()
        answer.close()
    if not isinstance(told, dict):
        raise TooCostly
    return told


def verify_apart(
    data: bytes, trust: Trust, *, now: datetime, registered: frozenset[str] | None = None
) -> Report:
    """`documents.verify.verify` in a process of its own; whatever the file does, there is a report."""
    try:
        return unpacked(apart(_verified, data, trust, now, registered))
    except TooSlow:
        return refused("verify.too_slow")
    except (TooCostly, KeyError, TypeError, ValueError):
        return refused("verify.too_costly")


def read_bounded(path: Path, most: int) -> bytes | None:
    """The file's bytes; None, and nothing read, where it is larger than `most`."""
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size > most:
            return None
        data = stream.read(most + 1)
    return data if len(data) <= most else None


def _verified(data: bytes, trust: Trust, now: datetime, registered: frozenset[str] | None) -> dict[str, Any]:
    from documents.verify import verify

    return packed(verify(data, trust, now=now, registered=registered))


def _confined(
    answer: Connection,
    work: Callable[..., dict[str, Any]],
    args: tuple[Any, ...],
    cpu_seconds: int,
    memory: int,
) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.nice(_NICE)
    # What dies here dies quietly: the caller tells what it means.
    with contextlib.suppress(MemoryError, RecursionError):
        answer.send_bytes(json.dumps(work(*args)).encode())
    os._exit(0)
