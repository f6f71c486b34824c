"""What every screen at the table is told about an agreement. Shapes on the wire, nothing else."""

from __future__ import annotations

import msgspec

from court.store.views import AgreementPage


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    position: int
    text: str


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    position: int
    role: str
    name: str
    caption: str
    state: str
    acknowledged: list[str]
    signed_at: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What every screen at the table may know: the text, who has heard what, who has signed, whose turn it is."""

    id: str
    rev: int
    state: str
    state_name: str
    wet: bool
    turn: str | None
    clauses: list[Clause]
    signers: list[Signer]
    pages: int
    paper_id: str | None


def as_told(page: AgreementPage, sheets: int) -> Progress:
    """The page of an agreement, cut to what the table may know."""
    found = page.agreement
    return Progress(
        id=found.id,
        rev=found.rev,
        state=found.state,
        state_name=found.state_name,
        wet=found.wet,
        turn=page.turn.id if page.turn else None,
        clauses=[Clause(id=c.id, position=c.position, text=c.text) for c in found.clauses],
        signers=[
            Signer(
                id=s.id,
                position=s.position,
                role=s.role,
                name=s.name,
                caption=s.caption,
                state=s.state,
                acknowledged=sorted(s.acknowledged),
                signed_at=s.signed_at.isoformat() if s.signed_at else "",
            )
            for s in found.signers
        ],
        pages=sheets,
        paper_id=page.paper.id if page.paper else None,
    )
