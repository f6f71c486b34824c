"""A witness signs his 保证书 on the pad: a field of a paper may be a seat's."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In one statement: a table that others point at cannot be made anew while it holds rows.
    op.execute(
        "ALTER TABLE record_signer ADD COLUMN seat_id VARCHAR(36)"
        " CONSTRAINT fk_record_signer_seat_id REFERENCES seat (id)"
    )


def downgrade() -> None:
    raise RuntimeError("who signed on the pad cannot be forgotten; restore the copy kept before")
