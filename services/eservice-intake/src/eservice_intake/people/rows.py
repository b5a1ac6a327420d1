"""Everything the database has of cases: whatever refers to one belongs to it, so that no table can be forgotten."""

import re
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from eservice_intake.applications.signatures import Signature
from eservice_intake.attachments.models import Attachment, AttachmentUse
from eservice_intake.cases.models import Case
from shared.contacts import Contact
from shared.database import Session
from shared.tables import KEPT_ANSWER, OUTBOX

CASE: sa.Table = SQLModel.metadata.tables["eservice_case"]
CONTACT: sa.Table = SQLModel.metadata.tables["contact"]
STAYS = frozenset({"eservice_case_step", "eservice_case_entry", "eservice_case_link"})
"""What an anonymised case keeps: it names nobody but staff."""
BY_NAME = {"eservice_case": "case_id"}
NOT_TOLD = re.compile("secret|hash|^words$|^lease$")
"""Columns that are keys of ours."""


async def rows_of(tx: Session, case_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The case's rows, by table."""
    connection = await tx.connection()
    found = {CASE.name: await _read(connection, CASE, CASE.c.id == case_id)}
    for table, columns in _referring(CASE):
        found[table.name] = await _read(connection, table, sa.or_(*(column == case_id for column in columns)))
    used = sa.select(col(AttachmentUse.attachment_id)).where(col(AttachmentUse.case_id) == case_id)
    attachments: sa.Table = SQLModel.metadata.tables["eservice_attachment"]
    found[attachments.name] = await _read(connection, attachments, attachments.c.id.in_(used))
    found[CONTACT.name] = await _read(connection, CONTACT, CONTACT.c.id.in_(await contacts_of(tx, [case_id])))
    return {name: rows for name, rows in found.items() if rows}


async def contacts_of(tx: Session, case_ids: Collection[UUID]) -> set[UUID]:
    """Whom the cases' mails go to: each form that is sent in made a contact of its own."""
    connection = await tx.connection()
    found = set(await _references(connection, CASE, CONTACT, CASE.c.id.in_(case_ids)))
    for table, columns in _referring(CASE):
        found |= set(await _references(connection, table, CONTACT, sa.or_(*(one.in_(case_ids) for one in columns))))
    return found


async def delete_cases(tx: Session, cases: Collection[Case]) -> set[UUID]:
    """Delete all that refers to the cases, then the cases and their contacts. Returns the contacts' ids."""
    ids = [case.id for case in cases]
    contacts = await contacts_of(tx, ids)
    used = sa.select(col(AttachmentUse.attachment_id)).where(col(AttachmentUse.case_id).in_(ids))
    connection = await tx.connection()
    attachments = (await connection.execute(used)).scalars().all()
    await forget_journals(tx, cases)
    for table, columns in _referring(CASE):
        await connection.execute(sa.delete(table).where(sa.or_(*(column.in_(ids) for column in columns))))
    await connection.execute(sa.delete(Attachment).where(col(Attachment.id).in_(attachments)))
    await connection.execute(sa.update(CASE).where(CASE.c.merged_into_id.in_(ids)).values(merged_into_id=None))
    await connection.execute(sa.delete(CASE).where(CASE.c.id.in_(ids)))
    await delete_contacts(tx, contacts)
    return contacts


async def forget_case(tx: Session, case: Case) -> set[UUID]:
    """Delete all that refers to the case but the steps of its timeline, and whom its mails went to."""
    contacts = await contacts_of(tx, [case.id])
    case.applicant_contact_id = None
    await tx.flush()
    connection = await tx.connection()
    used = sa.select(col(AttachmentUse.attachment_id)).where(col(AttachmentUse.case_id) == case.id)
    attachments = (await connection.execute(used)).scalars().all()
    await forget_journals(tx, [case])
    for table, columns in _referring(CASE):
        if table.name not in STAYS:
            await connection.execute(sa.delete(table).where(sa.or_(*(column == case.id for column in columns))))
    await connection.execute(sa.delete(Attachment).where(col(Attachment.id).in_(attachments)))
    await delete_contacts(tx, contacts)
    return contacts


async def delete_contacts(tx: Session, contacts: Collection[UUID]) -> None:
    await (await tx.connection()).execute(sa.delete(Contact).where(col(Contact.id).in_(contacts)))


async def delete_unused(tx: Session, contacts: Collection[Contact]) -> None:
    """Delete those that nothing refers to any longer."""
    unused = {contact.id for contact in contacts}
    connection = await tx.connection()
    for column in _columns_to(CONTACT):
        unused -= set((await connection.execute(sa.select(column).where(column.in_(unused)))).scalars())
    await delete_contacts(tx, unused)


async def forget_journals(tx: Session, cases: Collection[Case | Signature]) -> None:
    """Delete what is kept for replay and for repeated requests. What is not published yet goes out."""
    connection = await tx.connection()
    keys = [str(case.id) for case in cases]
    published = OUTBOX.c.published_at.is_not(None)
    await connection.execute(sa.delete(OUTBOX).where(OUTBOX.c.key.in_(keys), published))
    for case in cases:
        told = _contains(KEPT_ANSWER.c.body, case.reference.encode(), connection.dialect.name)
        await connection.execute(sa.delete(KEPT_ANSWER).where(told))


def _contains(column: sa.Column[bytes], part: bytes, dialect: str) -> sa.ColumnElement[bool]:
    if dialect == "postgresql":
        return column.op("LIKE", is_comparison=True)(b"%" + part + b"%")
    return sa.func.instr(column, part) > 0


def _referring(to: sa.Table) -> Iterator[tuple[sa.Table, list[sa.Column[Any]]]]:
    """The tables that refer to it, those first that refer to others of them, with the columns that do.

    A file's use names its case without a foreign key, since it may be of what awaits a signature.
    """
    for table in reversed(SQLModel.metadata.sorted_tables):
        columns = {key.parent for key in table.foreign_keys if key.column.table is to}
        columns |= {column for column in table.c if column.name == BY_NAME[to.name]}
        if columns and table is not to:
            yield table, sorted(columns, key=str)


def _columns_to(to: sa.Table) -> list[sa.Column[Any]]:
    tables = [CASE, *(table for table, _ in _referring(CASE))]
    return [key.parent for table in tables for key in table.foreign_keys if key.column.table is to]


async def _read(connection: Any, table: sa.Table, condition: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = (await connection.execute(sa.select(table).where(condition))).mappings()
    return [{name: value for name, value in row.items() if not NOT_TOLD.search(name)} for row in rows]


async def _references(connection: Any, table: sa.Table, to: sa.Table, condition: sa.ColumnElement[bool]) -> list[UUID]:
    columns = [key.parent for key in table.foreign_keys if key.column.table is to]
    found: list[UUID] = []
    for column in columns:
        found += (await connection.execute(sa.select(column).where(condition, column.is_not(None)))).scalars()
    return found
