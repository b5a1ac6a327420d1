"""Add whether a case is confidential to its entry in the register: others do not find it by what it is."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    secrecy = sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("eservice_case_entry", secrecy)
    op.execute(
        sa.text(
            "UPDATE eservice_case_entry SET confidential = true"
            " WHERE id IN (SELECT id FROM eservice_case WHERE confidential)"
        )
    )


def downgrade() -> None:
    with op.batch_alter_table("eservice_case_entry") as entry:
        entry.drop_column("confidential")
