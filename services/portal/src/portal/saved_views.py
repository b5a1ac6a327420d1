"""Views of the inbox that somebody has saved: an address with a name, each person's own."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, select

from portal.i18n import gettext as _
from portal.models import SavedView
from portal.sessions import Person
from shared.database import Database, Session

MOST = 30
LONGEST_NAME = 60
TABLE: sa.Table = SQLModel.metadata.tables["saved_view"]


@dataclass(frozen=True)
class Named:
    """A saved view as its owner sees it."""

    name: str
    address: str


async def of_person(database: Database, person: Person) -> Sequence[Named]:
    async with database.reading() as session:
        return await _of_person(session, person)


async def save(database: Database, person: Person, view: Named) -> Markup | None:
    """Name the address, or name it anew. What is wrong with the name, if it was not saved."""
    if not view.name:
        return _("Skriv vad vyn ska heta.")
    if len(view.name) > LONGEST_NAME:
        return _("Namnet får ha högst %(most)s tecken.") % {"most": LONGEST_NAME}
    async with database.transaction() as tx:
        others = [one for one in await _of_person(tx, person) if one.address != view.address]
        if any(one.name.casefold() == view.name.casefold() for one in others):
            return _("Du har redan en vy som heter så. Välj ett annat namn.")
        if len(others) >= MOST:
            return _("Du har redan %(most)s sparade vyer. Ta bort någon av dem först.") % {"most": MOST}
        await _put(tx, person, view)
    return None


async def forget(database: Database, person: Person, address: str) -> None:
    async with database.transaction() as tx:
        await tx.exec(sa.delete(SavedView).where(col(SavedView.person) == person.id, col(SavedView.address) == address))


async def _of_person(session: Session, person: Person) -> list[Named]:
    rows = await session.exec(select(SavedView.name, SavedView.address).where(SavedView.person == person.id))
    return sorted((Named(*row) for row in rows), key=lambda one: one.name.casefold())


async def _put(tx: Session, person: Person, view: Named) -> None:
    """One row also when it is sent twice at once."""
    connection = await tx.connection()
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(TABLE)
    row = {"person": person.id, "address": view.address, "name": view.name}
    again = insert.on_conflict_do_update(index_elements=["person", "address"], set_={"name": view.name})
    await connection.execute(again, row)
