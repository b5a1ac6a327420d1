"""Ads of companies that are registered in another country."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("ad", sa.Column("foreign_company", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("ad", "foreign_company")
