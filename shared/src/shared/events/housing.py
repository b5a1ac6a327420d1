from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import ContactId, Event


class HousingEvent(Event):
    """What the owner wrote of the house, its area too, stays with housing."""

    service: ClassVar[str] = "housing"
    about: ClassVar[str] = "house_id"

    house_id: UUID


class HouseSubmitted(HousingEvent):
    """An owner offered a house and consented to it being listed."""

    type: Literal["housing.house-submitted.v1"] = "housing.house-submitted.v1"
    owner_contact_id: ContactId


class HouseListed(HousingEvent):
    """Staff published a house."""

    type: Literal["housing.house-listed.v1"] = "housing.house-listed.v1"
    owner_contact_id: ContactId


class HouseDeclined(HousingEvent):
    """Staff declined a house, or took it down if it was published. The reason is looked up by the house's id."""

    type: Literal["housing.house-declined.v1"] = "housing.house-declined.v1"
    owner_contact_id: ContactId
    was_published: bool


class InterestRegistered(HousingEvent):
    """A seeker asked about a published house. The message is looked up by the interest's id."""

    type: Literal["housing.interest-registered.v1"] = "housing.interest-registered.v1"
    interest_id: UUID
    owner_contact_id: ContactId
    seeker_contact_id: ContactId
