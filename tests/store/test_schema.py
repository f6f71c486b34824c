"""One linear history of migrations that leads to exactly the tables the program uses."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from court.domain.service_fact import FactKind
from court.store import engines, schema
from court.store.database import Database
from court.store.load import service
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


def test_services_recorded_before_are_kept_as_attempts_with_one_fact(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite"
    engines.prepare_file(path)
    engine, settings = engines.sqlite_writer(path), config()
    with engine.connect() as conn, conn.begin():
        settings.attributes["connection"] = conn
        command.upgrade(settings, "0020")
    raw = sqlite3.connect(path)
    at = "2026-11-22T04:00:00.000000Z"
    for table, told in (
        ("paper", {"id": "p", "subject_kind": "matter", "subject_id": "m", "kind": "agreement", "at": at}),
        ("party", {"id": "y", "subject_id": "m", "name": "李某"}),
        (
            "service",
            {"id": "s", "paper_id": "p", "party_id": "y", "method": "left", "at": at, "refusal": "拒收"},
        ),
    ):
        needed = [row[1] for row in raw.execute(f"PRAGMA table_info({table})") if row[3]]
        row = {name: told.get(name, "") for name in needed} | told
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        raw.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))
    raw.commit()
    raw.close()
    schema.migrate(engine, keep=path)
    with engine.connect() as conn:
        (kept,) = service.of_subject(conn, "m")
    engine.dispose()
    (fact,), (paper,) = kept.facts, kept.papers
    assert (fact.kind, fact.words) == (FactKind.LEFT_WITNESSED, "拒收")
    assert (paper.rule, paper.served_at) == ("recorded", datetime(2026, 11, 22, 4, tzinfo=UTC))
