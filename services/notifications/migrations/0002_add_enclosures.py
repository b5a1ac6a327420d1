"""A mail may enclose a document, which is looked up when it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("enclosure_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "enclosure_id")
