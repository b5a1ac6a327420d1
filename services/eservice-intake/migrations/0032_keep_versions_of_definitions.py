"""Keep versions of definitions of every kind, among them those that cases were sent with."""

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from operations.definition_table import create_definition_table, drop_definition_table
from shared.columns import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

SEEDS = UUID("2f6f7a60-5a0b-5d2c-8d5d-0e8f6f1a7b34")


def upgrade() -> None:
    definition = create_definition_table()
    kept = sa.table(
        "eservice_definition",
        *(sa.column(name, sa.String()) for name in ("version", "eservice")),
        sa.column("content", sa.JSON()),
        sa.column("first_used_at", UtcDateTime()),
    )
    rows = [_row(one) for one in op.get_bind().execute(sa.select(kept)).mappings()]
    if rows:
        op.bulk_insert(definition, rows)
    op.drop_table("eservice_definition")
    op.add_column("eservice_draft", sa.Column("definition", sa.String(64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_draft") as draft:
        draft.drop_column("definition")
    op.create_table(
        "eservice_definition",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("eservice", sa.String(100), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
    )
    op.execute(
        "INSERT INTO eservice_definition (version, eservice, content, first_used_at) "
        "SELECT version, name, content, effective_at FROM definition WHERE kind = 'eservice' AND id IN "
        "(SELECT id FROM definition WHERE effective_at IS NOT NULL AND uploaded_by = 'release')"
    )
    drop_definition_table()


def _row(kept: sa.RowMapping) -> dict[str, object]:
    at = kept["first_used_at"]
    name, version = kept["eservice"], kept["version"]
    known = {"id": uuid5(SEEDS, f"eservice/{name}/{version}"), "kind": "eservice", "name": name, "version": version}
    laws = [{"sv": law, "en": law} if isinstance(law, str) else law for law in kept["content"]["legal_basis"]]
    says = {"source": "", "content": {**kept["content"], "legal_basis": laws}, "note": "", "authors": ["release"]}
    times = {"uploaded_at": at, "approved_at": at, "effective_at": at}
    return {**known, **says, **times, "uploaded_by": "release", "approved_by": "release"}
