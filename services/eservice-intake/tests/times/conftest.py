"""Times of the business guide, a case to book one for, and what is told of it."""

import pytest

from shared.events import TimeBooked, TimeCancelled, TimeComing

from ..mailed_links import link_of
from .booking import MONDAY, asked, opening

TIMES = TimeBooked | TimeCancelled | TimeComing


@pytest.fixture
def nora(staff):
    return staff("caseworker", subject="nora", name="Nora Vik", units=["foretagslots"])


@pytest.fixture
async def slots(client, clock, nora):
    clock.at = MONDAY
    answer = await client.post("/slots", json=opening(), headers=nora)
    assert answer.status_code == 201, answer.text
    return [slot["id"] for slot in answer.json()["items"]]


@pytest.fixture
async def receipt(client, clock):
    clock.at = MONDAY
    return await asked(client)


@pytest.fixture
def told(published):
    async def events():
        return [event for event in await published.fetch() if isinstance(event, TIMES)]

    return events


@pytest.fixture
def link(internal_client, staff, told):
    """The path and the headers of the link in the latest mail about a time."""

    async def looked_up():
        *_, event = await told()
        url, _ = await link_of(internal_client, staff, event.applicant_contact_id, event.slot_id)
        *_, page, id_, secret = url.split("/")
        assert page == "tider"
        return f"/slots/{id_}", {"X-Application-Secret": secret}

    return looked_up
