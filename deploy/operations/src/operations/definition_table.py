"""The table of versions of definitions, of every service that has some. Frozen: a change is a revision of each."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

PUBLISHED = sa.text("effective_at IS NOT NULL")


def create_definition_table() -> sa.Table:
    definition = op.create_table("definition", *_columns())
    op.create_index("ix_definition_version", "definition", ["version"])
    op.create_index("ix_definition_name", "definition", ["kind", "name", "uploaded_at"])
    op.create_index(
        "ix_definition_published",
        "definition",
        ["kind", "effective_at"],
        postgresql_where=PUBLISHED,
        sqlite_where=PUBLISHED,
    )
    return definition


def drop_definition_table() -> None:
    op.drop_table("definition")


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("effective_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
    ]
