"""Registrations may be cancelled, by a link in a mail, and who waits moves up."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration") as table:
        table.add_column(sa.Column("link_hashes", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("held_back", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("cancelled_at", UtcDateTime(), nullable=True))
        table.alter_column("email_key", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM registration WHERE status = 'cancelled'")
    with op.batch_alter_table("registration") as table:
        table.alter_column("email_key", existing_type=sa.String(), nullable=False)
        for column in ("cancelled_at", "held_back", "link_hashes"):
            table.drop_column(column)
