"""A record that nobody can handle, from Kafka to the administrator and back."""

from typing import Any
from uuid import uuid4

import httpx

from bus.kafka import open_producer
from testkit.waiting import until

LISTED = "housing.house-listed.v1"


async def test_a_record_that_cannot_be_handled_is_replayed_by_an_administrator_and_comes_back(system):
    event_id, owner = str(uuid4()), f"Vilse {uuid4().hex}"
    administrator = system.token("administrator", subject="berit")
    settings = system.settings("notifications")
    headers = [("ce_id", event_id.encode()), ("ce_type", LISTED.encode())]
    value = f'{{"type": "{LISTED}", "event_id": "{event_id}", "house_id": "{owner}"}}'.encode()

    async with httpx.AsyncClient(base_url=f"{system.apis.notifications}/notifications", headers=administrator) as http:
        async with open_producer(settings) as producer:
            topic = settings.on_kafka("housing.events")
            await producer.send_and_wait(topic, value, event_id.encode(), headers=headers)
        letter = await until_waiting(http, event_id, happened=1)
        await http.post(f"/dead-letters/{letter['id']}/replay")
        again = await until_waiting(http, event_id, happened=3)

    assert letter["origin"].startswith(topic)
    assert again["origin"] == letter["origin"]
    assert again["attempts"] == 2 * letter["attempts"]
    assert [(one["status"], one["who"]) for one in again["history"]] == [
        ("waiting", None),
        ("replayed", "berit"),
        ("waiting", None),
    ]
    assert owner not in str(again)


async def until_waiting(http: httpx.AsyncClient, event_id: str, happened: int) -> dict[str, Any]:
    """The dead letter of the event, when that much has happened to it."""
    found: dict[str, Any] = {}

    async def is_there() -> bool:
        listed = (await http.get("/dead-letters", params={"limit": 100})).json()["items"]
        for one in (one for one in listed if one["event_id"] == event_id):
            found.update((await http.get(f"/dead-letters/{one['id']}")).json())
        return len(found.get("history", ())) == happened

    await until(is_there, 60)
    return found
