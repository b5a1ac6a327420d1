from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Event


class HousingEvent(Event):
    """An owner's or a seeker's contact data never enters an event: only the id housing knows it by."""

    service: ClassVar[str] = "housing"
    about: ClassVar[str] = "house_id"

    house_id: UUID
    area: str
    """The village or area, as the public may see it."""


class HouseSubmitted(HousingEvent):
    """An owner offered a house and consented to it being listed."""

    type: Literal["housing.house-submitted.v1"] = "housing.house-submitted.v1"
    owner_contact_id: UUID


class HouseListed(HousingEvent):
    """Staff published a house."""

    type: Literal["housing.house-listed.v1"] = "housing.house-listed.v1"
    owner_contact_id: UUID


class InterestRegistered(HousingEvent):
    """A seeker asked about a published house. The message is checked to carry no contact data."""

    type: Literal["housing.interest-registered.v1"] = "housing.interest-registered.v1"
    interest_id: UUID
    owner_contact_id: UUID
    seeker_contact_id: UUID
    message: str
