"""Add when a case was anonymised, and an index of those that ended and are kept."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEPT = sa.text("ended_at IS NOT NULL AND anonymised_at IS NULL")


def upgrade() -> None:
    op.add_column("eservice_case", sa.Column("anonymised_at", UtcDateTime(), nullable=True))
    op.create_index("ix_eservice_case_kept", "eservice_case", ["id"], postgresql_where=KEPT, sqlite_where=KEPT)


def downgrade() -> None:
    op.drop_index("ix_eservice_case_kept", "eservice_case")
    with op.batch_alter_table("eservice_case") as case:
        case.drop_column("anonymised_at")
