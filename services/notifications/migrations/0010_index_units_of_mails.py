"""A unit's mails are found along an index."""

from alembic import op

from operations.indexes import add_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index("ix_delivery_unit", "delivery", ["unit", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_delivery_unit", "delivery")
