"""A case knows which event of its task made somebody its handler, so that an earlier one does not change it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("eservice_case", sa.Column("handler_event_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("eservice_case", "handler_event_id")
