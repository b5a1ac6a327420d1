"""The link in a mail as the mailer is told of it, for tests."""

from shared.events import PartyNotified


async def link_of(internal_client, staff, contact_id, text_id):
    """The link and whom it is for."""
    asked = {"contacts": [str(contact_id)], "texts": [str(text_id)]}
    found = await internal_client.post("/contacts/lookup", json=asked, headers=staff("contact-reader"))
    return found.json()["texts"][str(text_id)]["link"], found.json()["contacts"][str(contact_id)]


def told_by(event):
    """Which parties are told by the event."""
    return [event] if isinstance(event, PartyNotified) else getattr(event, "parties", [])


async def link_of_party(internal_client, staff, published):
    """The address and the headers of the link in the mail to the one who was told last."""
    *_, told = [party for event in await published.fetch() for party in told_by(event)]
    link, party = await link_of(internal_client, staff, told.party_contact_id, told.party_id)
    assert party == {"email": "nils@exempel.se", "language": "en"}
    *_, language, page, id_, secret = link.split("/")
    assert (language, page) == ("en", "beslut")
    return f"/decision-parties/{id_}", {"X-Application-Secret": secret}
