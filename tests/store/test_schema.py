"""One linear history of migrations that leads to exactly the tables the program uses."""

import asyncio
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from court.store import engines, schema
from court.store.database import Database
from court.store.tables import metadata


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(schema.MIGRATIONS))
    return made


def test_the_history_is_one_line() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert all(not script.is_merge_point for script in scripts.walk_revisions())
    assert schema.newest() == scripts.get_current_head()


async def test_the_migrated_schema_is_the_one_the_program_uses(db: Database) -> None:
    def differences(tx: object) -> object:
        context = MigrationContext.configure(tx.conn, opts={"compare_type": True})  # type: ignore[attr-defined]
        return compare_metadata(context, metadata)

    assert await db.write(differences) == []  # type: ignore[arg-type]


def test_upgrading_an_older_file_keeps_its_rows_and_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite"
    engines.prepare_file(path)
    engine = engines.sqlite_writer(path)
    settings = config()
    with engine.connect() as conn, conn.begin():
        settings.attributes["connection"] = conn
        command.upgrade(settings, "0002")
        conn.exec_driver_sql("INSERT INTO counter (name, value) VALUES ('kept', 7)")
    schema.migrate(engine, keep=path)
    with engine.connect() as conn, conn.begin():
        assert conn.exec_driver_sql("SELECT value FROM counter").scalar() == 7
        assert "print_job" in sa.inspect(conn).get_table_names()
    engine.dispose()
    copies = list(tmp_path.glob("court.sqlite.before-*"))
    assert len(copies) == 1
    assert copies[0].stat().st_mode & 0o777 == 0o600
    old = sqlite3.connect(copies[0])
    assert old.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
    old.close()


async def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'court.sqlite'}"
    for _ in range(2):
        db = await asyncio.to_thread(Database.open, url)
        await db.close()
    assert not list(tmp_path.glob("*.before-*"))
