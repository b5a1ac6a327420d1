"""A case's task knows for how long it is urgent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_task", sa.Column("urgency", sa.Integer(), nullable=False, server_default="0"))
    op.execute(sa.text("UPDATE staff_task SET urgency = 3 WHERE urgent AND reference IS NOT NULL"))
    with op.batch_alter_table("staff_task") as task:
        task.alter_column("urgency", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("staff_task") as task:
        task.drop_column("urgency")
