"""What a consumer sets aside is kept in a table, where staff see it."""

from operations.dead_letter_table import create_dead_letters, drop_dead_letters

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_dead_letters()


def downgrade() -> None:
    drop_dead_letters()
