"""Add versions of the routing."""

from operations.definition_table import create_definition_table, drop_definition_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_definition_table()


def downgrade() -> None:
    drop_definition_table()
