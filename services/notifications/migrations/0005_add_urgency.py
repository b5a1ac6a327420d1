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
    _index_again()


def downgrade() -> None:
    with op.batch_alter_table("staff_task") as task:
        task.drop_column("urgency")
    _index_again()


def _index_again() -> None:
    """SQLite makes the table anew, and forgets which columns of an index descend."""
    urgent, news = sa.text("urgent DESC"), sa.text("has_news DESC")
    _create("ix_staff_task_waiting", ["queue", urgent, news, "created_at", "id"], "status <> 'done'")
    _create("ix_staff_task_holder", ["claimed_by", "queue", news, urgent, "created_at", "id"], "status = 'claimed'")


def _create(name: str, columns: list[str | sa.TextClause], which: str) -> None:
    op.drop_index(name, "staff_task")
    op.create_index(name, "staff_task", columns, postgresql_where=sa.text(which), sqlite_where=sa.text(which))
