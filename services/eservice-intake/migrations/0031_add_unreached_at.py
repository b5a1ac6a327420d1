"""Add what is known of mails that serve a decision, or ask for an opinion, and did not come."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
ADDED = {
    "eservice_decision": ("control_event_id", "unreached_at"),
    "eservice_decision_party": ("control_event_id", "unreached_at"),
    "eservice_referral": ("sent_event_id", "unreached_at"),
}


def upgrade() -> None:
    for table, names in ADDED.items():
        for name in names:
            kind = sa.Uuid() if name.endswith("_id") else UtcDateTime()
            op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, names in ADDED.items():
        with op.batch_alter_table(table) as rows:
            for name in names:
                rows.drop_column(name)
