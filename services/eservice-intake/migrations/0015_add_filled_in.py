"""Add who has filled in a case for somebody else."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("eservice_case_person") as person:
        person.add_column(sa.Column("filled_in", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("eservice_case_person") as person:
        person.drop_column("filled_in")
