"""The index of what is relayed has nothing else: a receipt's words are told by its publisher, too."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index_again("template = 'interest_relayed'")


def downgrade() -> None:
    _index_again("text_id IS NOT NULL")


def _index_again(which: str) -> None:
    name, columns, relayed = "ix_delivery_relayed", ["contact_id", "next_attempt_at"], sa.text(which)
    op.drop_index(name, "delivery")
    op.create_index(name, "delivery", columns, postgresql_where=relayed, sqlite_where=relayed)
