"""Two cases that belong together."""

from uuid import UUID

from sqlmodel import Field, SQLModel

from eservice_intake.cases.models import Case, SameCase
from shared.errors import Conflict


class AlreadyLinked(Conflict):
    """The cases are linked already. Nothing more is needed."""

    sv = "Ärendena är redan kopplade till varandra. Inget mer behöver göras."


class CaseLink(SQLModel, table=True):
    """Two cases that belong together. It is kept once, from the earlier to the later."""

    __tablename__ = "eservice_case_link"

    case_id: UUID = Field(primary_key=True, foreign_key="eservice_case.id")
    other_id: UUID = Field(primary_key=True, foreign_key="eservice_case.id", index=True)

    @classmethod
    def of(cls, one: Case, other: Case) -> "CaseLink":
        """Raises SameCase."""
        if one.id == other.id:
            raise SameCase
        return cls(case_id=min(one.id, other.id), other_id=max(one.id, other.id))
