"""Where in the recording a clause was acknowledged."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("acknowledgement", sa.Column("offset_ms", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("acknowledgement", "offset_ms")
