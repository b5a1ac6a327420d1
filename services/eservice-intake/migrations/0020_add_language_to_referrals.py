"""Who is asked for an opinion has a language, and a case knows when it last became confidential."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("eservice_referral", sa.Column("language", sa.String(40), nullable=False, server_default="sv"))
    op.add_column("eservice_case", sa.Column("hidden_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("eservice_case", "hidden_at")
    op.drop_column("eservice_referral", "language")
