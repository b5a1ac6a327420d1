"""A case knows the days that the clock goes by."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.add_column(sa.Column("extended_to_on", sa.Date(), nullable=True))
        case.add_column(sa.Column("told", sa.JSON(), nullable=False))
        case.add_column(sa.Column("look_on", sa.Date(), nullable=True))
        case.create_index("ix_eservice_case_look_on", ["look_on"])


def downgrade() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.drop_index("ix_eservice_case_look_on")
        for name in ("look_on", "told", "extended_to_on"):
            case.drop_column(name)
