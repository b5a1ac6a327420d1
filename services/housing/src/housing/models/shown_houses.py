"""Houses as they are told: to the public, to officers, and who sent one in."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Field, SQLModel

from housing.models.houses import Condition, ExactFacts, HouseFacts, Offer, Position, Status
from shared.fields import Line
from shared.pagination import Paging


class Receipt(SQLModel):
    id: UUID
    status: Status
    received_at: datetime


class Range(BaseModel):
    """A class that a value is in, told instead of the value."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    at_least: int
    below: int | None = Field(description="None when the class has no end.")


class PublicHouse(HouseFacts):
    """A published house as the public sees it: nothing so exact that it points at one property."""

    id: UUID
    position: Position = Field(description="The centre of the square kilometre that the house is in.")
    year_built: Range | None
    living_area_m2: Range | None
    lot_area_m2: Range | None
    distance_to_school_km: int | None = Field(description="Rounded up to whole kilometres.")
    distance_to_shop_km: int | None = Field(description="Rounded up to whole kilometres.")
    distance_to_bus_km: int | None = Field(description="Rounded up to whole kilometres.")
    published_at: datetime


class StaffHouse(ExactFacts, HouseFacts):
    """A house as moderators see it. Who owns it stays in the table of contacts."""

    id: UUID
    status: Status
    property_designation: str
    position: Position
    owner_contact_id: UUID
    received_at: datetime
    listing_consent_at: datetime
    published_at: datetime | None
    published_by: str | None
    declined_at: datetime | None
    declined_by: str | None
    decline_reason: str | None


class HouseToReview(StaffHouse):
    """A house as moderators see it, and as everybody will."""

    public: PublicHouse = Field(description="Before it is published, as it would be now.")


class HouseFilter(Paging):
    offer: Offer | None = None
    area: Line | None = None
    condition: Condition | None = None


class StaffFilter(Paging):
    status: Status | None = None
