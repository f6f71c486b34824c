"""Brings a database to the newest schema by one linear history; the old file is kept aside first."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine, *, keep: Path | None) -> None:
    """Upgrades to head. `keep` names the SQLite file to copy to `<file>.before-<revision>` when it holds data."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as conn, conn.begin():
        current = MigrationContext.configure(conn).get_current_revision()
    if current == head:
        return
    if keep is not None and current is not None:
        keep_copy(keep, keep.with_name(f"{keep.name}.before-{head}"))
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
