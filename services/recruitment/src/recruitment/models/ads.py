"""Job ads, with the field names of JobTech's APIs (https://jobtechdev.se)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pydantic
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from recruitment.models.as_json import JsonOf
from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, Gone, NotFound
from shared.events import Language
from shared.fields import Code, Day, Email, ForeignCompany, Integer, Line, OrganisationNumber, Prose, WebAddress

LONGEST_REASON = 1000


class AdNotFound(NotFound):
    """There is no published ad with that id."""

    sv = "Det finns ingen publicerad annons med det id:t."


class AdExpired(Gone):
    """The ad's application deadline has passed and it is no longer shown."""

    sv = "Annonsens sista ansökningsdag har passerat och den visas inte längre."


class AlreadyPublished(Conflict):
    """The ad is published already."""

    sv = "Annonsen är redan publicerad."


class AlreadyDeclined(Conflict):
    """The ad has been declined. The company may send in a new one."""

    sv = "Annonsen är avslagen. Företaget kan skicka in en ny."


class DeadlinePassed(Conflict):
    """The ad's application deadline has passed, so it can no longer be published. Ask the company for a new ad."""

    sv = "Annonsens sista ansökningsdag har passerat, så den kan inte publiceras. Be företaget om en ny annons."


class Status(StrEnum):
    POSTED = "posted"
    PUBLISHED = "published"
    DECLINED = "declined"


class Sector(StrEnum):
    """The seven sectors short of people, and the others."""

    ECONOMY = "ekonomi"
    ENGINEERING = "ingenjor_industri"
    IT = "it"
    CARE = "vard"
    EDUCATION = "pedagogik"
    RESTAURANT = "restaurang"
    DRIVING = "yrkeschauffor"
    OTHER = "ovriga"


class EmploymentType(StrEnum):
    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"
    SUBSTITUTE = "substitute"
    SEASONAL = "seasonal"
    ON_DEMAND = "on_demand"
    SUMMER_JOB = "summer_job"


class WorkingHoursType(StrEnum):
    FULL_TIME = "full_time"
    PART_TIME = "part_time"


Keyword = Annotated[Line, pydantic.Field(max_length=100)]


class AdPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)


class Description(AdPart):
    text: Prose = pydantic.Field(max_length=10_000, examples=["Du lagar mat från grunden med råvaror från trakten."])


class Employer(AdPart):
    name: Line = pydantic.Field(max_length=200, examples=["Fjällgården AB"])
    organization_number: OrganisationNumber | None = pydantic.Field(
        None, description="A company that has none is a `foreign_company`.", examples=["556000-4615"]
    )
    url: WebAddress | None = None


class PublicEmployer(AdPart):
    name: str
    organization_number: str | None = pydantic.Field(
        description="None when it is somebody's personal identity number, or the company has none."
    )
    country: str | None = pydantic.Field(
        description="ISO 3166-1, of a company that is registered in another country.", examples=["FI"]
    )
    url: str | None


class Occupation(AdPart):
    label: Line = pydantic.Field(max_length=200, examples=["Kockar och kallskänkor"])
    ssyk: Code = pydantic.Field(pattern=r"^[0-9]{4}$", description="SSYK 2012, level 4.", examples=["5120"])


class ApplicationDetails(AdPart):
    """Where applications go: an address, a page, or both."""

    email: Email | None = pydantic.Field(None, examples=["jobb@example.com"])
    url: WebAddress | None = None


class WorkplaceAddress(AdPart):
    municipality: Line = pydantic.Field(max_length=100, examples=["Östersund"])
    city: Line | None = pydantic.Field(None, max_length=100)


class Requirements(AdPart):
    skills: list[Keyword] = pydantic.Field(default_factory=list, max_length=50)
    languages: list[Keyword] = pydantic.Field(default_factory=list, max_length=50)


class EmployerAsJson(JsonOf):
    """An employer with "" for the number that there is not: the version before reads every ad's as text."""

    cache_ok = True

    def process_bind_param(self, value: BaseModel | None, dialect: sa.Dialect) -> Any:
        kept = super().process_bind_param(value, dialect)
        return kept and {**kept, "organization_number": kept["organization_number"] or ""}

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> BaseModel | None:
        known = value and {**value, "organization_number": value["organization_number"] or None}
        return super().process_result_value(known, dialect)


class AdFacts(SQLModel):
    """What everybody may read in an ad, apart from the employer."""

    model_config = {"json_schema_serialization_defaults_required": True}

    headline: Line = Field(max_length=200, schema_extra={"examples": ["Kock till fjällhotell"]})
    description: Description = Field(sa_type=JsonOf(Description))
    occupation: Occupation = Field(sa_type=JsonOf(Occupation))
    number_of_vacancies: Integer = Field(ge=1, le=1000)
    application_deadline: Day = Field(index=True, description="The last day, in Swedish time.")
    application_details: ApplicationDetails = Field(sa_type=JsonOf(ApplicationDetails))
    workplace_address: WorkplaceAddress = Field(sa_type=JsonOf(WorkplaceAddress))
    employment_type: EmploymentType = Field(sa_type=text_enum(EmploymentType))
    working_hours_type: WorkingHoursType = Field(sa_type=text_enum(WorkingHoursType))
    must_have: Requirements = Field(default_factory=Requirements, sa_type=JsonOf(Requirements))
    nice_to_have: Requirements = Field(default_factory=Requirements, sa_type=JsonOf(Requirements))
    sector: Sector = Field(sa_type=text_enum(Sector), index=True)
    language: Language = Field(Language.SWEDISH, sa_type=text_enum(Language), description="Of the ad's texts.")


class DeclineForm(AdPart):
    """Why an ad is not shown, or no longer is. The company reads it in a mail."""

    reason: Prose = pydantic.Field(
        max_length=LONGEST_REASON, examples=["Annonsen saknar uppgift om lön. Skicka gärna in den igen."]
    )


class AdForm(AdFacts):
    """What a company sends in."""

    model_config = {"extra": "forbid"}

    employer: Employer
    foreign_company: ForeignCompany | None = Field(
        None, description="A company that is registered in another country, when it has no Swedish number."
    )
    contact_email: Email = Field(description="Where we write to the company; never shown.")


class Ad(AdFacts, table=True):
    __table_args__ = (
        sa.Index("ix_ad_board", "status", "published_at", "id"),
        sa.Index("ix_ad_received_at", "received_at", "id"),
        sa.Index("ix_ad_status", "status", "received_at", "id"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    status: Status = Field(Status.POSTED, sa_type=text_enum(Status))
    employer: Employer = Field(sa_type=EmployerAsJson(Employer))
    foreign_company: ForeignCompany | None = Field(None, sa_type=JsonOf(ForeignCompany))
    employer_contact_id: UUID = Field(foreign_key="contact.id", index=True)
    ssyk: str = Field(max_length=4, index=True)
    search_text: str = Field(description="What a search looks in, folded to small letters.")
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    published_at: datetime | None = Field(None, sa_type=UtcDateTime)
    published_by: str | None = Field(None, description="The officer's subject.")
    declined_at: datetime | None = Field(None, sa_type=UtcDateTime)
    declined_by: str | None = Field(None, description="The officer's subject.")
    decline_reason: str | None = Field(None, max_length=LONGEST_REASON)

    def publish(self, by: str, at: datetime, today: date) -> None:
        if self.status is Status.PUBLISHED:
            raise AlreadyPublished
        self._require_not_declined()
        if self.application_deadline < today:
            raise DeadlinePassed
        self.status, self.published_at, self.published_by = Status.PUBLISHED, at, by

    def decline(self, reason: str, by: str, at: datetime) -> None:
        """Nobody sees it any longer, if they did."""
        self._require_not_declined()
        self.status, self.declined_at, self.declined_by = Status.DECLINED, at, by
        self.decline_reason = reason

    def require_live(self, today: date) -> None:
        """Raise AdNotFound unless it is published, AdExpired after its deadline."""
        if self.status is not Status.PUBLISHED:
            raise AdNotFound
        if self.application_deadline < today:
            raise AdExpired

    def _require_not_declined(self) -> None:
        if self.status is Status.DECLINED:
            raise AlreadyDeclined
