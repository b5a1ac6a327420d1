"""What is published, as a process knows it: asked in memory, and looked up anew every other second."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from definitions.kinds import Kind, Seed, Versioned
from definitions.models import DEFINITION, RELEASE, Definition, seed_row
from shared.clock import now
from shared.database import Database, Session
from shared.errors import Gone, Invalid, Text, Violation
from shared.logging import log

D = TypeVar("D", bound=Versioned)
EVERY_SECONDS = 2
FIRST_SECONDS = 5
CLOSES_AFTER = timedelta(days=14)
"""How long what was begun with a version is taken, when another takes its place and nobody says otherwise."""
UNKNOWN_VERSION = Text(
    sv="Det finns ingen sådan version. Hämta den som gäller, eller utelämna fältet.",
    en="There is no such version. Fetch the one that holds, or leave the field out.",
)


class VersionClosed(Gone):
    """What is filled in was begun with a version that is no longer taken. `violations` names the one that holds."""

    sv = "Det som är ifyllt påbörjades i en version som inte längre tas emot. `violations` visar den som gäller."

    def __init__(self, field: str, address: str) -> None:
        super().__init__()
        words = Text(sv=f"Den som gäller finns på {address}.", en=f"The one that holds is at {address}.")
        self.violations = (Violation(field, "closed", words),)


@dataclass(frozen=True, order=True)
class Standing:
    """A version that is published, or will be."""

    effective_at: datetime
    id: UUID
    name: str
    version: str
    closes_at: datetime | None
    by_release: bool


class Published(Generic[D]):
    """The definitions of a kind: the package's, until it is known what is published in their place."""

    def __init__(self, kind: Kind[D]) -> None:
        self.kind = kind
        self.versions: dict[str, D] = {}
        """By the hash of what they say: those of today, and earlier ones that somebody has read."""
        self._are_kept = False
        self._standing: list[Standing] = []
        self._current: Mapping[str, D] | None = None
        self._until: datetime | None = None

    @cached_property
    def seeds(self) -> dict[str, Seed[D]]:
        seeds = self.kind.seeded()
        self.versions |= {seed.one.version: seed.one for seed in seeds.values()}
        return seeds

    def current(self) -> Mapping[str, D]:
        """What holds now, by name: the same mapping until something else does."""
        if self._current is None or (self._until is not None and now() >= self._until):
            self._current = self._settle(now())
        return self._current

    def at(self, name: str, at: datetime) -> D:
        """What held then, of a kind that is looked back at; the first there was of what is older than that."""
        known = [one for one in self._standing if one.name == name and one.version in self.versions]
        held = [one for one in known if one.effective_at <= at] or known[:1]
        return self.versions[held[-1].version] if held else self.seeds[name].one

    def as_of(self, name: str, version: str | None, at: datetime, address: str) -> D:
        """The version, if what was begun with it is still taken; without one, what holds now.

        Raises VersionClosed with the address of what holds, and Invalid for one that never was.
        """
        one = self.current()[name]
        if version is None or version == one.version:
            return one
        of_name = (one for one in self._standing if one.name == name and one.effective_at <= at)
        earlier = [one for one in of_name if one.version == version]
        if not earlier:
            raise Invalid(Violation("definition", "unknown_definition", UNKNOWN_VERSION))
        if version not in self.versions or all(one.closes_at and one.closes_at <= at for one in earlier):
            raise VersionClosed("definition", address)
        return self.versions[version]

    def learn(self, standing: Iterable[Standing], contents: Mapping[str, Any]) -> None:
        """Know what is published, and what those that were not at hand say."""
        for version, content in contents.items():
            self._load(version, content)
        known = sorted(standing)
        if known != self._standing:
            self._standing, self._current = known, None
        self._are_kept = True

    def forget(self) -> None:
        """Know the package's only, as when the process began."""
        seeds = {seed.one.version for seed in self.seeds.values()}
        for version in self.versions.keys() - seeds:
            del self.versions[version]
        self._standing, self._current, self._until, self._are_kept = [], None, None, False

    def missing(self, standing: Iterable[Standing]) -> list[str]:
        """The names of those of the package that may not be kept in the database."""
        if self._are_kept:
            return []
        kept = {(one.name, one.version) for one in standing}
        return [name for name, seed in self.seeds.items() if (name, seed.one.version) not in kept]

    def is_seed(self, one: D) -> bool:
        """Whether it is the package's."""
        seed = self.seeds.get(self.kind.name_of(one))
        return seed is not None and seed.one.version == one.version

    def row(self, name: str, at: datetime, *, current: bool = True) -> dict[str, Any]:
        """The package's, as it is kept."""
        seed = self.seeds[name]
        says = {"source": seed.source, "content": seed.one.content}
        return seed_row(self.kind.name, name, seed.one.version, at, current=current, **says)

    def _load(self, version: str, content: Any) -> None:
        """One that this release cannot read is left out: the package's holds, and what was begun with it has closed."""
        try:
            self.versions[version] = self.kind.load(content)
        except ValidationError as error:
            where = [".".join(map(str, one["loc"])) for one in error.errors()]
            log.error("a published definition cannot be read", kind=self.kind.name, version=version, where=where)

    def _settle(self, at: datetime) -> Mapping[str, D]:
        later = [one.effective_at for one in self._standing if one.effective_at > at]
        self._until = min(later, default=None)
        holding = {one.name: one.version for one in self._standing if one.effective_at <= at}
        published = {name: self.versions[one] for name, one in holding.items() if one in self.versions}
        return {**{name: seed.one for name, seed in self.seeds.items()}, **published}


async def refresh(database: Database, kinds: Sequence[Published[Any]]) -> None:
    """Know what is published, and keep what the package has that is not kept yet."""
    async with database.reading() as session:
        standing = await _standing(session)
    missing = {kind: kind.missing(standing.get(kind.kind.name, [])) for kind in kinds}
    if any(missing.values()):
        async with database.transaction() as tx:
            await _keep(tx, missing, standing)
        async with database.reading() as session:
            standing = await _standing(session)
    for kind in kinds:
        await _learn(database, kind, standing.get(kind.kind.name, []))


@asynccontextmanager
async def watching(database: Database, kinds: Sequence[Published[Any]]) -> AsyncIterator[None]:
    """Refresh for as long as the block runs. A database that is away is waited for, at first for some seconds."""
    if not kinds:
        yield
        return
    task = asyncio.create_task(_watch(database, kinds, first := asyncio.Event()))
    with suppress(TimeoutError):
        await asyncio.wait_for(first.wait(), FIRST_SECONDS)
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _watch(database: Database, kinds: Sequence[Published[Any]], looked: asyncio.Event) -> None:
    while True:
        try:
            await refresh(database, kinds)
        except (SQLAlchemyError, OSError) as error:
            log.warning("what is published could not be read; it is tried again", exc_info=error)
        looked.set()
        await asyncio.sleep(EVERY_SECONDS)


async def _standing(session: Session) -> dict[str, list[Standing]]:
    columns = ("kind", "effective_at", "id", "name", "version", "closes_at", "uploaded_by")
    wanted = sa.select(*(DEFINITION.c[name] for name in columns)).where(DEFINITION.c.effective_at.is_not(None))
    found: dict[str, list[Standing]] = {}
    for kind, effective_at, id_, name, version, closes_at, by in await (await session.connection()).execute(wanted):
        one = Standing(effective_at, id_, name, version, closes_at, by == RELEASE)
        found.setdefault(kind, []).append(one)
    return found


async def _keep(
    tx: Session, missing: Mapping[Published[Any], list[str]], standing: Mapping[str, list[Standing]]
) -> None:
    """A changed file takes the place of an earlier one, and waits where staff have published something else."""
    at = now()
    for kind, names in missing.items():
        known = standing.get(kind.kind.name, [])
        edited = {one.name for one in known if not one.by_release}
        latest = {one.name: one.id for one in sorted(known)}
        rows = [{**kind.row(name, at, current=name not in edited), "base_id": latest.get(name)} for name in names]
        if not rows or not await tx.insert_new(DEFINITION, rows, DEFINITION.c.id):
            continue
        replaced = [one.id for one in known if one.name in set(names) - edited and one.closes_at is None]
        closing = sa.update(DEFINITION).where(DEFINITION.c.id.in_(replaced)).values(closes_at=at + CLOSES_AFTER)
        await (await tx.connection()).execute(closing)


async def _learn(database: Database, kind: Published[D], standing: Sequence[Standing]) -> None:
    open_ = (one for one in standing if one.closes_at is None or one.closes_at > now() or kind.kind.is_looked_back_at)
    unknown = {one.version for one in open_} - kind.versions.keys()
    contents: dict[str, Any] = {}
    if unknown:
        async with database.reading() as session:
            wanted = select(Definition).where(col(Definition.version).in_(unknown), Definition.kind == kind.kind.name)
            contents = {one.version: one.content for one in await session.exec(wanted)}
    kind.learn(standing, contents)
