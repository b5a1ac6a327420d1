"""A task knows its case, is changed by the case's events, and says why it is done."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ADDED: dict[str, sa.types.TypeEngine[Any]] = {
    "last_event_id": sa.Uuid(),
    "name": sa.String(),
    "reference": sa.String(),
    "kind": sa.String(),
    "due_on": sa.Date(),
    "done_because": sa.String(),
}
FLAGS = ("has_news", "confidential")
WAITING = sa.text("status <> 'done'")


def upgrade() -> None:
    op.drop_index("ix_staff_task_waiting", "staff_task")
    for name, kind in ADDED.items():
        op.add_column("staff_task", sa.Column(name, kind, nullable=True))
    for name in FLAGS:
        op.add_column("staff_task", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _create_waiting(["queue", sa.text("urgent DESC"), sa.text("has_news DESC"), "created_at", "id"])
    of_case = sa.text("status <> 'done' AND reference IS NOT NULL")
    op.create_index(
        "uq_staff_task_case",
        "staff_task",
        ["about", "queue"],
        unique=True,
        postgresql_where=of_case,
        sqlite_where=of_case,
    )
    held = sa.text("status = 'claimed'")
    of_holder = ["claimed_by", "queue", sa.text("has_news DESC"), sa.text("urgent DESC"), "created_at", "id"]
    op.create_index("ix_staff_task_holder", "staff_task", of_holder, postgresql_where=held, sqlite_where=held)
    op.create_index("ix_staff_task_reference", "staff_task", ["reference"])


def downgrade() -> None:
    for index in ("reference", "holder", "waiting"):
        op.drop_index(f"ix_staff_task_{index}", "staff_task")
    op.drop_index("uq_staff_task_case", "staff_task")
    for name in (*ADDED, *FLAGS):
        op.drop_column("staff_task", name)
    _create_waiting(["queue", sa.text("urgent DESC"), "created_at", "id"])


def _create_waiting(columns: list[str | sa.TextClause]) -> None:
    op.create_index("ix_staff_task_waiting", "staff_task", columns, postgresql_where=WAITING, sqlite_where=WAITING)
