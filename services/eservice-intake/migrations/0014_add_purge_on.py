"""Add when an ended case is next looked at, and when the applicant read its end and opened its decisions."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEPT = sa.text("ended_at IS NOT NULL AND anonymised_at IS NULL")
PURGED = sa.text("purge_on IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_eservice_case_kept", "eservice_case")
    op.add_column("eservice_case", sa.Column("end_read_at", UtcDateTime(), nullable=True))
    op.add_column("eservice_case", sa.Column("purge_on", sa.Date(), nullable=True))
    op.add_column("eservice_decision", sa.Column("opened_at", UtcDateTime(), nullable=True))
    op.execute(sa.text("UPDATE eservice_case SET purge_on = CURRENT_DATE WHERE ended_at IS NOT NULL"))
    op.create_index(
        "ix_eservice_case_purge_on", "eservice_case", ["purge_on"], postgresql_where=PURGED, sqlite_where=PURGED
    )


def downgrade() -> None:
    op.drop_index("ix_eservice_case_purge_on", "eservice_case")
    with op.batch_alter_table("eservice_decision") as decision:
        decision.drop_column("opened_at")
    with op.batch_alter_table("eservice_case") as case:
        case.drop_column("purge_on")
        case.drop_column("end_read_at")
    op.create_index("ix_eservice_case_kept", "eservice_case", ["id"], postgresql_where=KEPT, sqlite_where=KEPT)
