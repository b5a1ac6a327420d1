"""Index the register by a unit and what its caseworkers filter by: they find none of other units' cases."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "eservice_case_entry"
FILTERS = ("status", "kind", "eservice")


def upgrade() -> None:
    for name in FILTERS:
        op.create_index(f"ix_{TABLE}_unit_{name}", TABLE, ["unit", name, "received_at", "id"])


def downgrade() -> None:
    for name in FILTERS:
        op.drop_index(f"ix_{TABLE}_unit_{name}", TABLE)
