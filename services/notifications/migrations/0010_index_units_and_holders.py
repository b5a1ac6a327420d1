"""A unit's mails, what somebody has done and what is confidential are found along an index."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DONE_BY = sa.text("status = 'done' AND claimed_by IS NOT NULL")


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_delivery_unit", "delivery", ["unit", "created_at", "id"], postgresql_concurrently=True)
        op.create_index(
            "ix_staff_task_done_by",
            "staff_task",
            ["claimed_by", "queue", "done_at", "id"],
            postgresql_where=DONE_BY,
            sqlite_where=DONE_BY,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_staff_task_confidential",
            "staff_task",
            ["about", "claimed_by"],
            postgresql_where=sa.text("confidential"),
            sqlite_where=sa.text("confidential = 1"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_staff_task_confidential", "staff_task")
    op.drop_index("ix_staff_task_done_by", "staff_task")
    op.drop_index("ix_delivery_unit", "delivery")
