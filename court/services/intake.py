"""What was told at registration, kept beside the matter so that no paper asks for it again. Judges nothing."""

import msgspec
import sqlalchemy as sa

from court.domain.amount import of_fen
from court.domain.draft import Answers, Channel
from court.domain.told import SPOKEN, Told, request_text, told
from court.store import tables as t
from court.store.database import Read, Tx


def words(answers: Answers, cause_name: str) -> tuple[str, str]:
    """(facts, request) of the matter: told into the machine stands until typed; claims and the sum lead the request."""
    found = told(answers, cause_name)
    written = of_fen(found.sum_fen) if found.sum_fen else ""
    return answers.facts or SPOKEN, request_text(found.claims, found.sum_fen, answers.request, written)


def keep(tx: Tx, *, matter_id: str, answers: Answers, cause_name: str) -> None:
    """Once, with the registration."""
    found = told(answers, cause_name)
    row = {
        "matter_id": matter_id,
        "channel": found.channel,
        "elements": msgspec.json.encode(found.elements).decode(),
        "claims": msgspec.json.encode(found.claims).decode(),
        "sum_fen": found.sum_fen,
    }
    tx.conn.execute(t.intake.insert().values(row))


def of_matter(rx: Read, *, matter_id: str) -> Told | None:
    """None for what was registered before answers were kept."""
    row = rx.conn.execute(sa.select(t.intake).where(t.intake.c.matter_id == matter_id)).first()
    if row is None:
        return None
    return Told(
        channel=Channel(row.channel),
        elements=msgspec.json.decode(row.elements, type=tuple[tuple[str, str], ...]),
        claims=msgspec.json.decode(row.claims, type=tuple[str, ...]),
        sum_fen=row.sum_fen,
    )
