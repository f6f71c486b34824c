"""Databases for the tests, migrated once for all: a fresh SQLite file, or one in a private PostgreSQL cluster."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

from court.store import engines, schema

BIN = Path("/usr/lib/postgresql/15/bin")


class Cluster:
    """A running cluster on a unix socket of its own; `fresh()` gives the URL of a new database, migrated."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def fresh(self) -> str:
        if self.count == 0:
            self._create("migrated", "template0")
            engine = engines.postgres_writer(self._url("migrated"))
            schema.migrate(engine, keep=None)
            engine.dispose()
        self.count += 1
        name = f"court{self.count}"
        self._create(name, "migrated")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://court@/{name}?host={self.folder}"

    def _create(self, name: str, template: str) -> None:
        admin = f"host={self.folder} user=court dbname=postgres"
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())


@contextmanager
def postgres_cluster() -> Iterator[Cluster]:
    """initdb as an unprivileged user; skipped where PostgreSQL is not installed, failed there in CI."""
    if not (BIN / "initdb").exists():
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL 15 is not installed")
        pytest.skip("PostgreSQL 15 is not installed")
    folder = Path(tempfile.mkdtemp(prefix="court-pg-"))
    owner = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = folder / "data"
    init = ["initdb", "-D", str(data), "-U", "court", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=20"
    start = ["pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", str(folder / "log"), "-o", options, "start"]
    stop = ["pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop"]
    try:
        for command in (init, start):
            subprocess.run([*owner, str(BIN / command[0]), *command[1:]], check=True, capture_output=True)
        yield Cluster(folder)
    finally:
        if (data / "postmaster.pid").exists():
            subprocess.run([*owner, str(BIN / stop[0]), *stop[1:]], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@cache
def shared_cluster() -> Cluster:
    """One cluster for the whole test run, stopped at its end."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(postgres_cluster())


@cache
def migrated() -> Path:
    """An empty SQLite file of the newest schema, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="court-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "court.sqlite"
    engines.prepare_file(file)
    engine = engines.sqlite_writer(file)
    schema.migrate(engine, keep=None)
    engine.dispose()
    return file


def fresh_sqlite(folder: Path) -> str:
    """The URL of a new database, migrated."""
    shutil.copy(migrated(), folder / "court.sqlite")
    return sqlite_url(folder)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'court.sqlite'}"
