"""An index on a table that has rows already."""

from typing import Any

import sqlalchemy as sa
from alembic import op

DROP = {"postgresql": "DROP INDEX CONCURRENTLY IF EXISTS", "sqlite": "DROP INDEX IF EXISTS"}
ALLOWED = "-- squawk-ignore ban-drop-index"


def add_index(name: str, table: str, columns: list[str | sa.TextClause], **options: Any) -> None:
    """Make an index while others write, in a revision of its own: what stands before it there is saved by then.

    An attempt that was given up leaves an index behind that PostgreSQL does not use. It is made anew.
    """
    with op.get_context().autocommit_block():
        op.execute(f"{ALLOWED}\n{DROP[op.get_context().dialect.name]} {name}")
        op.create_index(name, table, columns, if_not_exists=True, postgresql_concurrently=True, **options)
