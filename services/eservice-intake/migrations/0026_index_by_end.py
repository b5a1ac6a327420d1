"""Index the cases that have ended by when they did: statistics count them by week."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ENDED = sa.text("ended_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_eservice_case_ended_at", "eservice_case", ["ended_at"], postgresql_where=_ENDED, sqlite_where=_ENDED
    )


def downgrade() -> None:
    op.drop_index("ix_eservice_case_ended_at", "eservice_case")
