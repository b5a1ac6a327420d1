"""A version of a definition, and what staff may do with it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar
from uuid_utils.compat import uuid7

from shared.columns import UtcDateTime
from shared.database import Session
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Text, Violation
from shared.staff import Person

RELEASE = "release"
"""Who made those that are files of the package."""
_SEEDS = UUID("2f6f7a60-5a0b-5d2c-8d5d-0e8f6f1a7b34")
_WAITING = sa.text("effective_at IS NOT NULL")


class UnknownDefinition(NotFound):
    """There is no such definition. The list of definitions has those there are."""

    sv = "Det finns ingen sådan definition. Listan över definitioner visar dem som finns."


class FourEyesOfDefinition(Forbidden):
    """You have written this yourself: somebody else reads it and approves it."""

    concerns_security = False
    sv = "Du har själv skrivit det här: någon annan läser det och godkänner."


class NotApproved(Conflict):
    """Somebody else has to approve it before it is published."""

    sv = "Någon annan måste godkänna det innan det publiceras."


class AlreadySettled(Conflict):
    """It has been published or withdrawn already. Read it again."""

    sv = "Det är redan publicerat eller återtaget. Läs det på nytt."


class ChangedMeanwhile(Conflict):
    """Another version has been published since this one was written. Make the change again in that one."""

    sv = "En annan version har publicerats sedan den här skrevs. Gör ändringen på nytt i den."


class NothingChanged(Conflict):
    """It says what is published already."""

    sv = "Den säger detsamma som redan är publicerat."


class DefinitionStatus(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Definition(SQLModel, table=True):
    """What it says is never rewritten: a change is another version."""

    __tablename__ = "definition"
    __table_args__ = (
        sa.Index("ix_definition_name", "kind", "name", "uploaded_at"),
        sa.Index("ix_definition_published", "kind", "effective_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=100)
    version: str = Field(max_length=64, index=True, description="The hash of what it says.")
    source: str = Field(sa_type=sa.Text)
    content: Any = Field(sa_type=sa.JSON)
    note: str = Field(sa_type=sa.Text)
    base_id: UUID | None = Field(default=None, description="What was published when it was written.")
    authors: list[str] = Field(sa_type=sa.JSON, description="The subjects of those who wrote what is not yet approved.")
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    effective_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def status(self) -> DefinitionStatus:
        if self.withdrawn_at is not None:
            return DefinitionStatus.WITHDRAWN
        if self.effective_at is not None:
            return DefinitionStatus.PUBLISHED
        return DefinitionStatus.PROPOSED if self.approved_at is None else DefinitionStatus.APPROVED

    def approve(self, tx: Session, person: Person, at: datetime) -> None:
        """Raises FourEyesOfDefinition, AlreadySettled."""
        self._require_open()
        if person.subject in self.authors:
            raise FourEyesOfDefinition
        self.approved_by, self.approved_at = person.subject, at
        self.audit(tx, person, "approve definition")

    def publish(self, tx: Session, person: Person, effective_at: datetime, earlier: list["Definition"]) -> None:
        """It holds from then on. Raises NotApproved, AlreadySettled."""
        self._require_open()
        if self.approved_at is None:
            raise NotApproved
        self.effective_at = effective_at
        closes = {str(one.id): one.closes_at.isoformat() for one in earlier if one.closes_at}
        self.audit(tx, person, "publish definition", effective_at=effective_at.isoformat(), earlier_close=closes)

    def withdraw(self, tx: Session, person: Person, at: datetime) -> None:
        """Nobody is to publish it. Raises AlreadySettled."""
        self._require_open()
        self.withdrawn_at = at
        self.audit(tx, person, "withdraw definition")

    def close(self, at: datetime) -> None:
        """What was begun with it is taken until then. A time that has been told is not moved."""
        self.closes_at = self.closes_at or at

    def audit(self, tx: Session, person: Person, action: str, **details: Any) -> None:
        about = {"definition_id": str(self.id), "kind": self.kind, "name": self.name, "version": self.version}
        tx.audit(person.subject, action, **about, **details)

    def _require_open(self) -> None:
        if self.status in (DefinitionStatus.PUBLISHED, DefinitionStatus.WITHDRAWN):
            raise AlreadySettled


DEFINITION: sa.Table = SQLModel.metadata.tables["definition"]


def seed_id(kind: str, name: str, version: str) -> UUID:
    """The same in every process, so that those that begin at once keep one."""
    return uuid5(_SEEDS, f"{kind}/{name}/{version}")


def seed_row(kind: str, name: str, version: str, at: datetime, *, current: bool = True, **says: Any) -> dict[str, Any]:
    """What a file of the package says: published by the release, or proposed where staff have published another."""
    by = RELEASE if current else None
    return {
        "id": seed_id(kind, name, version),
        "kind": kind,
        "name": name,
        "version": version,
        "note": "",
        "base_id": None,
        "authors": [RELEASE],
        "uploaded_by": RELEASE,
        "uploaded_at": at,
        "approved_by": by,
        "approved_at": by and at,
        "effective_at": by and at,
        "closes_at": None,
        "withdrawn_at": None,
        **says,
    }


async def definition_of(session: Session, definition_id: UUID, *, lock: bool = False) -> Definition:
    """Raises UnknownDefinition."""
    found = await session.get(Definition, definition_id, with_for_update=lock)
    if found is None:
        raise UnknownDefinition
    return found


async def latest_published(session: Session, kind: str, name: str, until: datetime | None = None) -> Definition | None:
    """The one that is published last; of those that hold from then or earlier, if a time is given."""
    wanted = _published(kind, name)
    if until is not None:
        wanted = wanted.where(col(Definition.effective_at) <= until)
    return (await session.exec(wanted.limit(1))).one_or_none()


async def locked_versions(tx: Session, kind: str, name: str) -> list[Definition]:
    """The published versions, the latest first; locked, so that two are not published after the same one."""
    return list(await tx.exec(_published(kind, name).with_for_update()))


def _published(kind: str, name: str) -> SelectOfScalar[Definition]:
    wanted = select(Definition).where(Definition.kind == kind, Definition.name == name)
    published = wanted.where(col(Definition.effective_at).is_not(None))
    return published.order_by(col(Definition.effective_at).desc(), col(Definition.id).desc())


def too_early(field: str = "effective_at") -> Invalid:
    words = Text(
        sv="Ange en tid som inte har varit, och inte före den version som gäller.",
        en="Give a time that has not been, and not before that of the version that holds.",
    )
    return Invalid(Violation(field, "min", words))
