"""Which mails and tasks what happens to a house asks for."""

from typing import assert_never

from notifications.rules.notices import Email, Notice, Priority, StaffTask
from shared.events import HouseDeclined, HouseListed, HouseSubmitted, InterestRegistered


def notices_of_house(event: HouseSubmitted | HouseListed | HouseDeclined | InterestRegistered) -> list[Notice]:
    context = {"reference": str(event.house_id)}
    match event:
        case HouseSubmitted():
            return [
                Email(event.owner_contact_id, "house_received", context),
                StaffTask("Granska hus inför publicering"),
            ]
        case HouseListed():
            return [Email(event.owner_contact_id, "house_listed", context, priority=Priority.NEWS)]
        case HouseDeclined():
            told = {**context, "was_published": "yes" if event.was_published else ""}
            return [Email(event.owner_contact_id, "house_declined", told, event.house_id)]
        case InterestRegistered():
            owner, seeker, interest = event.owner_contact_id, event.seeker_contact_id, event.interest_id
            return [
                Email(owner, "interest_relayed", context, interest, Priority.NEWS),
                Email(seeker, "interest_received", context),
                StaffTask(f"Följ upp intresse för hus {event.house_id}"),
            ]
        case _:
            assert_never(event)
