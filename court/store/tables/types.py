"""Column types that behave the same on SQLite and PostgreSQL."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC moment as fixed-width ISO text, so that text order is time order on both databases."""

    impl = sa.String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone reached the store")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Day(sa.types.TypeDecorator[date]):
    """A calendar day as ISO text."""

    impl = sa.String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Any) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Any) -> date | None:
        return None if value is None else date.fromisoformat(value)


def key() -> sa.Column[str]:
    """The UUIDv7 primary key."""
    return sa.Column("id", sa.String(36), primary_key=True)


def ref(name: str, target: str, *, null: bool = False, index: bool = False) -> sa.Column[str]:
    """A reference to another table's id."""
    return sa.Column(name, sa.String(36), sa.ForeignKey(target), nullable=null, index=index)


def text(name: str, length: int | None = None) -> sa.Column[str]:
    """A text that is never NULL; empty is ''."""
    return sa.Column(name, sa.String(length) if length else sa.Text, nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def moment(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Instant, nullable=null)


def digest(name: str = "sha256") -> sa.Column[str]:
    """SHA-256 in hex; '' where the fact does not exist yet."""
    return sa.Column(name, sa.String(64), nullable=False)
