"""Identifiers made where the record is made; not official numbers (those come from counters)."""

import secrets

import uuid_utils


def new_id() -> str:
    """UUIDv7 as 36 characters: sorts by time of making, unique without asking anybody."""
    return str(uuid_utils.uuid7())


def new_token() -> str:
    """256 random bits, URL-safe; only its hash may be stored."""
    return secrets.token_urlsafe(32)
