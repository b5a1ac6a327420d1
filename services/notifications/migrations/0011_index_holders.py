"""What somebody has done is found along an index."""

import sqlalchemy as sa
from alembic import op

from operations.indexes import add_index

DONE_BY = sa.text("status = 'done' AND claimed_by IS NOT NULL")
revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index(
        "ix_staff_task_done_by",
        "staff_task",
        ["claimed_by", "queue", "done_at", "id"],
        postgresql_where=DONE_BY,
        sqlite_where=DONE_BY,
    )


def downgrade() -> None:
    op.drop_index("ix_staff_task_done_by", "staff_task")
