"""The version before works on the tables of the next one, and nobody waits for them to change."""

from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest
from alembic.config import Config

from operations.migrations import WITH_DATABASE, configuration
from shared.settings import Settings
from tests.additive import RELEASED, complaints_of

MIGRATION = """
import sqlalchemy as sa
from alembic import op

from operations.indexes import add_index

revision, down_revision = "0001", None


def upgrade():
"""
A_COLUMN = 'op.add_column("house", sa.Column("rooms", sa.Integer(), {}))'
A_CHECK = 'op.create_check_constraint("some_rooms", "house", "rooms > 0", {})'
A_TABLE = """
op.create_table("barn", sa.Column("house_id", sa.Uuid(), sa.ForeignKey("house.id"), primary_key=True))
op.create_index("ix_barn_house_id", "barn", ["house_id"], unique=True)
"""


@pytest.fixture
def complaints(tmp_path: Path) -> Callable[[str], list[str]]:
    """What is said of a migration of housing that does this."""

    def written(config: Config, body: str) -> list[str]:
        (tmp_path / "0001_change.py").write_text(MIGRATION + indent(body, "    "), "utf-8")
        config.set_main_option("version_locations", str(tmp_path))
        return list(complaints_of(config, "base"))

    return lambda body: written(configuration(Settings(service="housing")), body)


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_what_comes_after_a_release_only_adds(service):
    config = configuration(Settings(service=service))

    assert list(complaints_of(config, RELEASED.get(service, "base"))) == []


@pytest.mark.parametrize(
    "body",
    [
        A_TABLE,
        A_COLUMN.format("nullable=True"),
        A_COLUMN.format('nullable=False, server_default="0"'),
        A_CHECK.format("postgresql_not_valid=True"),
        'op.execute("ALTER TABLE house VALIDATE CONSTRAINT some_rooms")',
        'add_index("ix_house_rooms", "house", ["rooms"])',
        'add_index("uq_house_rooms", "house", ["rooms"], unique=True, postgresql_where=sa.text("rooms > 0"))',
    ],
)
def test_what_only_adds_and_locks_briefly_is_let_pass(complaints, body):
    assert complaints(body) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('op.drop_table("house")', "ban-drop-table"),
        ('op.rename_table("house", "home")', "renaming-table"),
        ('op.drop_column("house", "title")', "ban-drop-column"),
        ('op.alter_column("house", "title", new_column_name="name")', "renaming-column"),
        ('op.alter_column("house", "title", type_=sa.Text())', "changing-column-type"),
        ('op.alter_column("house", "title", nullable=False)', "adding-not-nullable-field"),
        ('op.alter_column("house", "title", nullable=True)', "ban-drop-not-null"),
        ('op.alter_column("house", "title", server_default=None)', "ban-drop-default"),
        (A_COLUMN.format("nullable=False"), "adding-required-field"),
        (A_COLUMN.format('server_default=sa.text("random()")'), "adding-field-with-default"),
        (A_COLUMN.format('sa.ForeignKey("barn.id")'), "adding-foreign-key-constraint"),
        (A_CHECK.format(""), "constraint-missing-not-valid"),
        ('op.create_foreign_key("fk", "house", "barn", ["barn"], ["id"])', "adding-foreign-key-constraint"),
        ('op.create_unique_constraint("uq_house_title", "house", ["title"])', "disallowed-unique-constraint"),
        ('op.drop_constraint("uq_house_title", "house")', "ban-drop-constraint"),
        ('op.create_index("ix_house_title", "house", ["title"])', "require-concurrent-index-creation"),
        ('op.drop_index("ix_house_title", "house", postgresql_concurrently=True)', "ban-drop-index"),
        ('op.execute("DROP TRIGGER audit_is_kept ON audit")', "ban-drop-trigger"),
        ('op.execute("DROP FUNCTION refuse_to_change_the_audit")', "ban-drop-function"),
        ("op.execute(\"UPDATE house SET title = ''\")", "UPDATE house SET title = ''; holds what it changes"),
        ('op.execute("""\n    TRUNCATE house""")', "TRUNCATE house; holds what it changes"),
        (
            "op.execute(\"WITH one AS (SELECT 1) UPDATE house SET title = ''\")",
            "WITH one AS (SELECT 1) UPDATE house SET title = ''; holds what it changes",
        ),
        (
            'op.execute("INSERT INTO house SELECT * FROM house")',
            "INSERT INTO house SELECT * FROM house; holds what it changes",
        ),
        ('op.execute("ALTER TABLE house ADD")', "syntax-error"),
    ],
)
def test_what_takes_from_the_version_before_or_locks_a_table_is_refused(complaints, body, rule):
    found = complaints(body)

    assert any(f"0001_change.py: {rule}" in said for said in found), found
