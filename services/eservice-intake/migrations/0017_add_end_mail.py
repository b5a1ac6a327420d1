"""A case knows what became of the mail that tells its applicant that it has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("eservice_case", sa.Column("end_event_id", sa.Uuid(), nullable=True))
    op.add_column("eservice_case", sa.Column("end_mail", sa.String(40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.drop_column("end_mail")
        case.drop_column("end_event_id")
