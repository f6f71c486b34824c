"""The 送达回证 that is signed on the pad, of an attempt of service."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In one statement: a table that others point at cannot be made anew while it holds rows.
    op.execute(
        "ALTER TABLE service ADD COLUMN return_id VARCHAR(36)"
        " CONSTRAINT fk_service_return_id REFERENCES record_paper (id)"
    )
    op.create_index(op.f("ix_service_return_id"), "service", ["return_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("who signed on the pad cannot be forgotten; restore the copy kept before")
