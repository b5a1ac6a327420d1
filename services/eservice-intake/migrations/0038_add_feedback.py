"""Add what people think of having dealt with us, and to a case whether somebody has told."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

FEEDBACK = "eservice_feedback"


def upgrade() -> None:
    op.create_table(
        FEEDBACK,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("eservice", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("given_in", sa.Date(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
    )
    op.create_index(f"ix_{FEEDBACK}_given_in", FEEDBACK, ["given_in", "id"])
    op.create_index(f"ix_{FEEDBACK}_unit", FEEDBACK, ["unit", "given_in", "id"])
    with op.batch_alter_table("eservice_case") as case:
        case.add_column(sa.Column("has_feedback", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.drop_column("has_feedback")
    op.drop_table(FEEDBACK)
