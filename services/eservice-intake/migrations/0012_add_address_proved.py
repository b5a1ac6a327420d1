"""A case says whether its applicant has proved the address."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.add_column(sa.Column("address_proved", sa.Boolean(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.drop_column("address_proved")
