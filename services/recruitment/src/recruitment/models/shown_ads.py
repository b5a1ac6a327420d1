"""Job ads as they are told: to the public, to officers, and who sent one in."""

from datetime import date, datetime
from uuid import UUID

import pydantic
from sqlmodel import Field, SQLModel

from recruitment.models.ads import AdFacts, Employer, PublicEmployer, Sector, Status
from shared.fields import ForeignCompany, Line
from shared.pagination import Paging


class AdReceipt(SQLModel):
    id: UUID
    status: Status
    received_at: datetime


class PublicAd(AdFacts):
    """A live ad."""

    id: UUID
    employer: PublicEmployer
    is_in_shortage: bool = Field(description="Whether its occupation is on the list of shortage occupations today.")
    publication_date: datetime
    last_publication_date: date
    removed: bool


class StaffAd(AdFacts):
    """An ad as moderators see it."""

    id: UUID
    status: Status
    employer: Employer
    foreign_company: ForeignCompany | None
    contact_email: str
    received_at: datetime
    published_at: datetime | None
    published_by: str | None
    declined_at: datetime | None
    declined_by: str | None
    decline_reason: str | None


class AdToReview(StaffAd):
    """An ad as moderators see it, and as everybody will."""

    public: PublicAd = Field(description="Before it is published, as it would be now.")


class AdFilter(Paging):
    sector: Sector | None = None
    occupation: str | None = pydantic.Field(None, pattern=r"^[0-9]{1,4}$", description="The start of an SSYK code.")
    in_shortage: bool = pydantic.Field(False, description="Only those whose occupation is on the shortage list.")
    q: Line | None = pydantic.Field(None, max_length=100, description="Words that the ad must hold, all of them.")


class StaffFilter(Paging):
    status: Status | None = None
