"""The nearest duty of the court on a matter, kept beside it so that lists are read in its order from one index."""

from court.domain.clock import ClockState
from court.store import tables as t
from court.store.database import Tx
from court.store.load.tracks import clocks_of_matter
from court.store.views.desk import NEVER


def refresh(tx: Tx, *, matter_id: str) -> None:
    """Call it in the transaction that changed a clock of the matter. A right that a party may use lights no lamp."""
    duties = [c for c in clocks_of_matter(tx.conn, matter_id) if c.state is ClockState.RUNNING and c.duty]
    first = min(duties, key=lambda clock: clock.due_at, default=None)
    columns = {"next_due": first.due_at if first else NEVER, "due_act": first.law.act[:80] if first else ""}
    tx.conn.execute(t.matter.update().where(t.matter.c.id == matter_id).values(columns))
