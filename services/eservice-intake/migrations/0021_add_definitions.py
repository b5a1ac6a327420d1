"""Keep the definitions of e-services, and which of them a case and what awaits a signature was sent with."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SENT = ("eservice_case", "eservice_signature")


def upgrade() -> None:
    op.create_table(
        "eservice_definition",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("eservice", sa.String(100), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
    )
    for table in SENT:
        op.add_column(table, sa.Column("definition", sa.String(64), nullable=True))


def downgrade() -> None:
    for table in SENT:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("definition")
    op.drop_table("eservice_definition")
