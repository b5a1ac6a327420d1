"""The link of somebody who is asked for an opinion, for tests."""

from datetime import timedelta

from eservice_intake.referrals.api import find_links
from shared.clock import day_in_sweden, now

SOON = (day_in_sweden(now()) + timedelta(days=14)).isoformat()
QUESTION = {
    "name": "Räddningstjänsten",
    "email": "brand@example.com",
    "question": "Finns det hinder?",
    "due_on": SOON,
}


async def links(database, event):
    """The links in the mail, as the look-up of contacts tells them."""
    async with database.transaction() as tx:
        texts = await find_links("https://pages.example")(tx, [event.referral_id])
    return [text["link"] for text in texts.values()]


async def link(database, event):
    """The secret of the link in the mail."""
    [found] = await links(database, event)
    address, _, secret = found.rpartition("/")
    assert address == f"https://pages.example/remisser/{event.referral_id}"
    return {"X-Application-Secret": secret}
