"""What is confidential is found along an index."""

import sqlalchemy as sa
from alembic import op

from operations.indexes import add_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index(
        "ix_staff_task_confidential",
        "staff_task",
        ["about", "claimed_by"],
        postgresql_where=sa.text("confidential"),
        sqlite_where=sa.text("confidential = 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_staff_task_confidential", "staff_task")
