"""Store bytes once."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PENDING = sa.text("scan = 'pending'")
REFUSED = sa.text("scan IN ('infected', 'failed')")


def upgrade() -> None:
    op.create_table(
        "eservice_stored_file",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("digest", sa.String(64), unique=True, nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("scan", sa.String(40), nullable=False),
        sa.Column("scan_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.String(), nullable=True),
    )
    for name, column, where in (("due", "scan_at", PENDING), ("refused", "id", REFUSED)):
        index = f"ix_eservice_stored_file_{name}"
        op.create_index(index, "eservice_stored_file", [column], postgresql_where=where, sqlite_where=where)
    # What is there is under its attachment's id, and stands for itself: nobody has its digest.
    op.execute(
        "INSERT INTO eservice_stored_file (id, digest, size, scan, scan_at, attempts) "
        "SELECT id, CAST(id AS VARCHAR(64)), size, 'pending', uploaded_at, 0 FROM eservice_attachment"
    )
    with op.batch_alter_table("eservice_attachment") as attachment:
        attachment.add_column(sa.Column("file_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE eservice_attachment SET file_id = id")
    with op.batch_alter_table("eservice_attachment") as attachment:
        attachment.alter_column("file_id", nullable=False)
        attachment.create_foreign_key("fk_eservice_attachment_file_id", "eservice_stored_file", ["file_id"], ["id"])
    op.create_index("ix_eservice_attachment_file_id", "eservice_attachment", ["file_id"])
    with op.batch_alter_table("eservice_attachment_use") as use:
        use.add_column(sa.Column("question", sa.String(), nullable=False, server_default=""))
        use.add_column(sa.Column("refused_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_attachment_use") as use:
        use.drop_column("refused_at")
        use.drop_column("question")
    op.drop_index("ix_eservice_attachment_file_id", "eservice_attachment")
    with op.batch_alter_table("eservice_attachment") as attachment:
        attachment.drop_constraint("fk_eservice_attachment_file_id", type_="foreignkey")
        attachment.drop_column("file_id")
    op.drop_table("eservice_stored_file")
