"""What registers said of a case's answers when it came in."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic import Field as Described
from sqlalchemy import JSON
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.columns import UtcDateTime, text_enum
from shared.errors import Text


class Verdict(StrEnum):
    AGREES = "agrees"
    ANOTHER_NAME = "another_name"
    DEREGISTERED = "deregistered"
    UNKNOWN_NUMBER = "unknown_number"
    UNKNOWN_PROPERTY = "unknown_property"
    WITHIN_AREA = "within_area"
    OUTSIDE_AREA = "outside_area"
    NOT_MADE = "not_made"


IN_WORDS = {
    Verdict.AGREES: Text(sv="Stämmer med registret.", en="Agrees with the register."),
    Verdict.ANOTHER_NAME: Text(
        sv="Numret hör enligt registret till {name}. Kontrollera vem som har skickat in.",
        en="In the register the number is that of {name}. Check who has sent it in.",
    ),
    Verdict.DEREGISTERED: Text(
        sv="{name} är avregistrerat sedan {day}. Kontrollera vem som har skickat in.",
        en="{name} was deregistered on {day}. Check who has sent it in.",
    ),
    Verdict.UNKNOWN_NUMBER: Text(
        sv="Numret finns inte i registret. Det kan vara nyare än registret, eller felskrivet.",
        en="The register does not have the number. It may be newer than the register, or mistyped.",
    ),
    Verdict.UNKNOWN_PROPERTY: Text(
        sv="Ingen adress i registret hör till fastigheten. Den kan sakna adress, eller vara felskriven.",
        en="No address in the register belongs to the property. It may have none, or be mistyped.",
    ),
    Verdict.WITHIN_AREA: Text(
        sv="Platsen ligger inom {names}, fast svaret är nej. Ärendet följer registret.",
        en="The place is within {names}, although the answer is no. The case follows the register.",
    ),
    Verdict.OUTSIDE_AREA: Text(
        sv="Platsen ligger utanför registrets områden, fast svaret är ja. Ärendet följer svaret.",
        en="The place is outside the areas in the register, although the answer is yes. The case follows the answer.",
    ),
    Verdict.NOT_MADE: Text(
        sv="Kontrollen gjordes inte: registret svarade inte i tid, eller är inte inläst.",
        en="The check was not made: the register did not answer in time, or is not loaded.",
    ),
}


class RegisterCheck(SQLModel, table=True):
    """What a register said of an answer. It is a note to staff: nothing is refused because of it."""

    __tablename__ = "eservice_register_check"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    field: str = Field(max_length=100)
    verdict: Verdict = Field(sa_type=text_enum(Verdict))
    told: Mapping[str, Any] = Field(default_factory=dict, sa_type=JSON, description="What the register has.")
    checked_at: datetime = Field(sa_type=UtcDateTime)


class CheckShown(BaseModel):
    """What a register said of an answer when it came in."""

    field: str = Described(examples=["orgnr"])
    label: str = Described(description="Of the question.", examples=["Organisationsnummer"])
    verdict: Verdict
    text: str = Described(examples=["Stämmer med registret."])
    checked_at: datetime

    @classmethod
    def of(cls, check: RegisterCheck, label: str, language: str) -> "CheckShown":
        text = IN_WORDS[check.verdict].in_language(language).format_map(check.told)
        return cls(field=check.field, label=label, verdict=check.verdict, text=text, checked_at=check.checked_at)
