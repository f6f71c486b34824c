"""Brings a database to the newest schema by one linear history; the old file is kept aside first."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine, *, keep: Path | None) -> None:
    """Upgrades to head. `keep` names the SQLite file to copy to `<file>.before-<revision>` when it holds data."""
    head = newest()
    with engine.connect() as conn, conn.begin():
        current = _current(conn)
    if current == head:
        return
    if keep is not None and current is not None:
        keep_copy(keep, keep.with_name(f"{keep.name}.before-{head}"))
    _upgrade(engine)


def newest() -> str:
    """The revision this program needs: files of the one line of migrations are named by theirs."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _current(conn: sa.Connection) -> str | None:
    """None in a database without tables."""
    if not sa.inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def _upgrade(engine: sa.Engine) -> None:
    # Nearly every start finds the newest schema and needs nothing of this library.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as conn, conn.begin():
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def keep_copy(source: Path, target: Path) -> None:
    """An online copy of a SQLite file, mode 0600."""
    target.touch(mode=0o600)
    old, new = sqlite3.connect(source), sqlite3.connect(target)
    try:
        old.backup(new)
    finally:
        new.close()
        old.close()
