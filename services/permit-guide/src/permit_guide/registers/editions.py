"""An extract becomes an edition: loaded beside the one that is read, and read instead of it by one transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, delete, select, update

from permit_guide.registers.addresses import addresses_of
from permit_guide.registers.areas import areas_of
from permit_guide.registers.companies import companies_of
from permit_guide.registers.extracts import Fault, Kept, LeftOut, Read
from permit_guide.registers.models import Address, AnotherImport, Area, Company, Edition, RegisterKind
from shared.bulk import Row, Rows, insert_all
from shared.clock import now
from shared.database import Database, Session

AT_ONCE = 5_000
MOST_FAULTS = 100
"""As many are told one by one; the rest are counted."""


class Source(NamedTuple):
    """How a register is read: its table, what identifies a row, and the reader of its extract."""

    table: type[SQLModel]
    key: str
    read: Callable[[Path, str], Iterator[Read]]
    unit: str = "line"


SOURCES = {
    RegisterKind.COMPANIES: Source(Company, "number", companies_of),
    RegisterKind.ADDRESSES: Source(Address, "id", addresses_of),
    RegisterKind.WATER_PROTECTION: Source(Area, "id", areas_of, "feature"),
    RegisterKind.DETAILED_PLANS: Source(Area, "id", areas_of, "feature"),
}


@dataclass
class Extract:
    """A file, and what has been found of it while its rows were read."""

    kind: RegisterKind
    path: Path
    municipality: str
    row_count: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def source(self) -> Source:
        return SOURCES[self.kind]

    @property
    def table(self) -> sa.Table:
        return SQLModel.metadata.tables[str(self.source.table.__tablename__)]

    def rows(self) -> Iterator[Row]:
        """The rows that can be kept. Raises NotAnExtract."""
        seen: set[Any] = set()
        key = self.source.key
        for one in self.source.read(self.path, self.municipality):
            match one:
                case LeftOut():
                    self.left_out[one.reason] += 1
                case Fault():
                    self._tell(one)
                case Kept(line, row) if row[key] in seen:
                    self._tell(Fault(line, key, "It is there twice. Take one of the two out."))
                case Kept(_, row):
                    seen.add(row[key])
                    self.row_count += 1
                    yield row
        if not self.row_count:
            self._tell(Fault(1, "", "There is no row that can be kept. Ask for the extract again."))

    def check(self) -> None:
        """Read it all and keep nothing."""
        for _ in self.rows():
            pass

    def _tell(self, fault: Fault) -> None:
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


async def load(database: Database, extract: Extract, who: str, without_faulty: bool = False) -> bool:
    """Load the extract beside what is read, and switch to it. Whether it was: it is not when a row has a fault.

    Raises AnotherImport, and NotAnExtract.
    """
    edition = Edition(kind=extract.kind, file=extract.path.name[:200])
    async with database.transaction() as tx:
        await _delete_others(tx, extract.kind)
        tx.add(edition)
    await _insert(database, extract, edition.id)
    kept = extract.row_count > 0 and (without_faulty or not extract.fault_count)
    if kept:
        async with database.transaction() as tx:
            await _switch(tx, edition.id, extract)
            tx.audit(who, "import register", register=extract.kind, file=edition.file, rows=extract.row_count)
    async with database.transaction() as tx:
        await _delete_others(tx, extract.kind)
    return kept


async def _insert(database: Database, extract: Extract, edition_id: UUID) -> None:
    rows = extract.rows()
    while some := list(islice(rows, AT_ONCE)):
        try:
            await _insert_some(database, Rows(extract.table, some, {"edition_id": edition_id}))
        except IntegrityError as error:
            raise AnotherImport from error


async def _insert_some(database: Database, rows: Rows) -> None:
    async with database.transaction() as tx:
        await insert_all(await tx.connection(), [rows])


async def _switch(tx: Session, edition_id: UUID, extract: Extract) -> None:
    """What is asked from now on is answered from this edition."""
    current = update(Edition).where(col(Edition.kind) == extract.kind, col(Edition.is_current))
    await tx.exec(current.values(is_current=False))
    new = update(Edition).where(col(Edition.id) == edition_id)
    switched = await tx.exec(new.values(is_current=True, loaded_at=now(), row_count=extract.row_count))
    if not switched.rowcount:
        raise AnotherImport
    await (await tx.connection()).execute(sa.text(f"ANALYZE {extract.table.name}"))


async def _delete_others(tx: Session, kind: RegisterKind) -> None:
    """Every edition but the current one: the one before, and what an import that ended half way has left."""
    await tx.exec(delete(Edition).where(col(Edition.kind) == kind, col(Edition.is_current).is_(False)))


def current(kind: RegisterKind) -> Any:
    """The id of the edition that is read, within a query: one statement sees one edition, whatever is switched."""
    wanted = select(Edition.id).where(Edition.kind == kind, col(Edition.is_current))
    return wanted.scalar_subquery()


async def loaded(reading: Session) -> list[Edition]:
    """The registers that are loaded."""
    query = select(Edition).where(col(Edition.is_current)).order_by(col(Edition.kind))
    return list((await reading.exec(query)).all())
