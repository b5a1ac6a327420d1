"""Index the registrations by their event and when they came: staff read them in that order."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_registration_event_id", "registration", ["event_id", "registered_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_registration_event_id", "registration")
