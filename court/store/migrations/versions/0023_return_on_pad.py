"""The 送达回证 that is signed on the pad, of an attempt of service."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("service") as service:
        service.add_column(sa.Column("return_id", sa.String(36), nullable=True))
        service.create_foreign_key(op.f("fk_service_return_id"), "record_paper", ["return_id"], ["id"])
    op.create_index(op.f("ix_service_return_id"), "service", ["return_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_service_return_id"), table_name="service")
    with op.batch_alter_table("service") as service:
        service.drop_constraint(op.f("fk_service_return_id"), type_="foreignkey")
        service.drop_column("return_id")
