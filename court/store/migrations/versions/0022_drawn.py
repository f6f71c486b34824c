"""Papers drawn up on the desk are signed on the pad like those about a recording: which paper, under which number."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_KINDS = {"note": "recording_note", "checksum": "recording_check", "caucus": "caucus"}


def upgrade() -> None:
    with op.batch_alter_table("record_paper") as paper:
        for name, length in (("paper_kind", 40), ("number", 60)):
            paper.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    for kind, paper_kind in _KINDS.items():
        op.execute(
            sa.text("UPDATE record_paper SET paper_kind = :paper WHERE kind = :kind").bindparams(
                paper=paper_kind, kind=kind
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("record_paper") as paper:
        paper.drop_column("paper_kind")
        paper.drop_column("number")
