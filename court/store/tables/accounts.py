"""Staff accounts, sessions, guesses, terminals. Secrets stand here hashed, except the TOTP seed."""

import sqlalchemy as sa

from court.store.tables.types import flag, key, metadata, moment, number, ref, text

account = sa.Table(
    "account",
    metadata,
    key(),
    sa.Column("login", sa.String(40), nullable=False, unique=True),
    text("name", 60),
    text("role", 24),
    text("password_hash", 200),
    # RFC 6238 needs the seed itself; the file is 0600 and the disk is encrypted.
    text("totp_secret", 64),
    number("totp_last_step"),
    flag("one_time"),
    flag("disabled"),
    moment("created_at"),
)
session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    ref("account_id", "account.id", index=True),
    moment("opened_at"),
    moment("seen_at"),
    moment("ends_at"),
)
guess = sa.Table(
    "guess",
    metadata,
    # SHA-256 of what is guessed at ("login:...") or of where from ("address:...").
    sa.Column("subject", sa.String(80), primary_key=True),
    number("failures"),
    moment("blocked_until", null=True),
    moment("last_at"),
)
terminal = sa.Table(
    "terminal",
    metadata,
    key(),
    text("name", 60),
    text("vehicle", 60),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    moment("enrolled_at"),
    moment("revoked_at", null=True),
)
enrolment = sa.Table(
    "enrolment",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    text("name", 60),
    text("vehicle", 60),
    moment("expires_at"),
    moment("used_at", null=True),
)
