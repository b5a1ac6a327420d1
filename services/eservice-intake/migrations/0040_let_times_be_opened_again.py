"""A time that was closed can be opened again: only of open ones a member of staff has one at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE, INDEX, TABLE = "uq_eservice_slot_host_starts_at", "uq_eservice_slot_open", "eservice_slot"
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(BEFORE, type_="unique")
    op.create_index(INDEX, TABLE, ["host", "starts_at"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN)


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    with op.batch_alter_table(TABLE) as table:
        table.create_unique_constraint(BEFORE, ["host", "starts_at"])
