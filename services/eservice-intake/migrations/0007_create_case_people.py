"""Create the people of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_case_person",
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("eservice_case.id"), primary_key=True),
        sa.Column("number_hash", sa.String(64), primary_key=True),
        sa.Column("signed_in", sa.Boolean(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("assurance", sa.String(), nullable=True),
    )
    op.create_index("ix_eservice_case_person_number_hash", "eservice_case_person", ["number_hash"])


def downgrade() -> None:
    op.drop_table("eservice_case_person")
