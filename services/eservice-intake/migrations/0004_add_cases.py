"""What was received becomes a case: its diary number, its steps, and the register that it is found by."""

import sqlalchemy as sa
from alembic import op

from eservice_intake.cases.words import Words
from shared.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _case() -> sa.ForeignKey:
    return sa.ForeignKey("eservice_case.id")


def upgrade() -> None:
    _add_to_case()
    _create_steps()
    _create_entries()


def _add_to_case() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.add_column(sa.Column("diary_series", sa.String(20), nullable=False))
        case.add_column(sa.Column("diary_number", sa.Integer(), nullable=False))
        case.add_column(sa.Column("sender", sa.String(), nullable=True))
        case.add_column(sa.Column("confidential", sa.Boolean(), nullable=False))
        case.add_column(sa.Column("handler_id", sa.Uuid(), nullable=True))
        case.add_column(sa.Column("completed_on", sa.Date(), nullable=True))
        case.add_column(sa.Column("supplement_due_on", sa.Date(), nullable=True))
        case.add_column(sa.Column("decision_due_on", sa.Date(), nullable=True))
        case.add_column(sa.Column("ended_at", UtcDateTime(), nullable=True))
        case.add_column(sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        case.add_column(sa.Column("version", sa.Integer(), nullable=False))
        case.create_foreign_key("fk_eservice_case_merged_into_id", "eservice_case", ["merged_into_id"], ["id"])
        case.create_index("ix_eservice_case_diary", ["diary_series", "diary_number"], unique=True)
        merged = sa.text("merged_into_id IS NOT NULL")
        case.create_index("ix_eservice_case_merged", ["merged_into_id"], postgresql_where=merged, sqlite_where=merged)


def _create_steps() -> None:
    op.create_table(
        "eservice_case_step",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), _case(), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
    )
    op.create_table(
        "eservice_case_link",
        sa.Column("case_id", sa.Uuid(), _case(), primary_key=True),
        sa.Column("other_id", sa.Uuid(), _case(), primary_key=True, index=True),
    )
    op.create_table(
        "eservice_supplement_request",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), _case(), nullable=False, index=True),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
    )
    op.create_table(
        "eservice_message",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), _case(), nullable=False, index=True),
        sa.Column("by_applicant", sa.Boolean(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
    )


def _create_entries() -> None:
    entry = op.create_table(
        "eservice_case_entry",
        sa.Column("id", sa.Uuid(), _case(), primary_key=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("eservice", sa.String(), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("property_designation", sa.String(), nullable=True),
        sa.Column("orgnr", sa.String(), nullable=True),
        sa.Column("words", Words(), nullable=False),
    )
    for name in ("unit", "status", "kind", "eservice", "handler_id", "property_designation", "orgnr"):
        op.create_index(f"ix_{entry.name}_{name}", entry.name, [name, "received_at", "id"])
    op.create_index(f"ix_{entry.name}_received_at", entry.name, ["received_at", "id"])
    op.create_index(f"ix_{entry.name}_due_on", entry.name, ["due_on", "id"])
    op.create_index(f"ix_{entry.name}_words", entry.name, ["words"], postgresql_using="gin")


def downgrade() -> None:
    for name in ("case_entry", "message", "supplement_request", "case_link", "case_step"):
        op.drop_table(f"eservice_{name}")
    with op.batch_alter_table("eservice_case") as case:
        case.drop_index("ix_eservice_case_merged")
        case.drop_index("ix_eservice_case_diary")
        case.drop_constraint("fk_eservice_case_merged_into_id", type_="foreignkey")
        for name in (
            "version",
            "merged_into_id",
            "ended_at",
            "decision_due_on",
            "supplement_due_on",
            "completed_on",
            "handler_id",
            "confidential",
            "sender",
            "diary_number",
            "diary_series",
        ):
            case.drop_column(name)
