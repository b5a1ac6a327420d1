"""The mails that staff are shown."""

import httpx

from notifications.models.deliveries import DeliveryStatus
from shared.database import Database

from .rows import OTHER_HOUSE, delivery, save


async def test_mails_of_other_units_are_not_shown(client: httpx.AsyncClient, database: Database, of_boende):
    ours, theirs = delivery(), delivery(unit="avfall")
    await save(database, ours, theirs)

    response = await client.get("/deliveries", headers=of_boende)
    by_id = await client.get(f"/deliveries?event_id={theirs.event_id}", headers=of_boende)

    assert [mail["id"] for mail in response.json()["items"]] == [str(ours.id)]
    assert by_id.json()["items"] == []


async def test_deliveries_are_found_by_status_subject_and_event(client, database: Database, anna):
    accepted = delivery(status=DeliveryStatus.ACCEPTED, about=OTHER_HOUSE)
    failed = delivery(status=DeliveryStatus.FAILED, last_error="550 5.1.1")
    await save(database, accepted, failed)

    by_status = await client.get("/deliveries?status=failed", headers=anna)
    by_subject = await client.get(f"/deliveries?about={OTHER_HOUSE}", headers=anna)
    by_event = await client.get(f"/deliveries?event_id={accepted.event_id}", headers=anna)
    newest = await client.get("/deliveries?limit=1", headers=anna)

    assert [d["id"] for d in by_status.json()["items"]] == [str(failed.id)]
    assert [d["id"] for d in by_subject.json()["items"]] == [str(accepted.id)]
    assert [d["id"] for d in by_event.json()["items"]] == [str(accepted.id)]
    assert len(newest.json()["items"]) == 1


async def test_a_delivery_names_its_contact_by_id(client, database: Database, anna):
    await save(database, sent := delivery())

    response = await client.get("/deliveries", headers=anna)

    assert [(d["publisher"], d["contact_id"]) for d in response.json()["items"]] == [("housing", str(sent.contact_id))]


async def test_an_unknown_status_is_answered_with_the_choices(client, anna):
    response = await client.get("/deliveries?status=lost", headers=anna)

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == "status"
