"""Create the tables of what staff do."""

from operations.first_revision import create_tables_of_steps, drop_tables_of_steps

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_tables_of_steps()


def downgrade() -> None:
    drop_tables_of_steps()
