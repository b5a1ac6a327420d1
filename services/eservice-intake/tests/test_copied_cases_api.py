"""Copies of notifications that go to the county administrative board."""

from datetime import timedelta

import pytest

from shared.clock import day_in_sweden, now
from shared.events import CaseCopied

from .cases import COMPANY, received
from .files import send_file
from .referrals import link


@pytest.fixture
def county_board(with_settings):
    """Where copies go."""
    with_settings(county_board_email="lansstyrelsen@example.com")


async def notify_class_c(client, resident):
    """The receipt of a notification of class C."""
    files = [await send_file(client, name=f"{name}.pdf") for name in ("kemikalier", "plan")]
    answers = {
        **COMPANY,
        "matter": "ny",
        "activity_code": "90.131",
        "description": "Tvätt av lastbilar på en platta med oljeavskiljare, tio om dagen.",
        "surroundings": "Industriområde.",
        "water_protection_area": False,
        "chemicals": files[0],
        "waste_handling": "Hämtas varje månad.",
        "emissions": "Spolvatten.",
        "start_date": (day_in_sweden(now()) + timedelta(days=90)).isoformat(),
        "site_plan": files[1],
    }
    body = {"eservice": "miljofarlig-verksamhet-c", "language": "sv", "answers": answers}
    response = await client.post("/applications", json=body, headers=resident())
    assert response.status_code == 201, response.text
    return response.json()


async def test_a_copy_of_a_notification_of_class_c_goes_to_the_county_board_by_itself(
    client, resident, county_board, published, database
):
    await notify_class_c(client, resident)

    copied = [event for event in await published.fetch() if isinstance(event, CaseCopied)]
    [event] = copied
    secret = await link(database, event)
    read = await client.get(f"/referrals/{event.referral_id}", headers=secret)
    answered = await client.post(f"/referrals/{event.referral_id}/opinion", json={"text": "Nej."}, headers=secret)
    assert (read.status_code, read.json()["question"]) == (200, None)
    assert (answered.status_code, answered.json()["code"]) == (409, "OnlyACopy")


async def test_nothing_else_is_copied(client, county_board, published):
    await received(client)

    assert not any(isinstance(event, CaseCopied) for event in await published.fetch())
