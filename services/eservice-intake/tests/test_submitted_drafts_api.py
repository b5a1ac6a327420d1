"""A draft is sent in, as an application is."""

from uuid import uuid4

from .cases import ANONYMOUS, COMPLAINT, secret_of
from .drafts import BEGUN, begin, form
from .files import send_file


async def test_a_draft_is_sent_in_as_an_application(client, published):
    sent = await send_file(client)
    draft, secret = await begin(client, {**COMPLAINT, "diary": [sent]})

    response = await client.post(f"{draft}/submission", headers=secret)

    receipt = response.json()
    assert (response.status_code, receipt["status"], receipt["unit"]) == (201, "received", "halsoskydd")
    assert response.headers["Location"] == f"/applications/{receipt['reference']}"
    [event] = await published.about(receipt["id"])
    assert event.reference == receipt["reference"]
    assert (await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))).status_code == 200


async def test_a_draft_that_is_sent_in_is_gone(client):
    draft, secret = await begin(client, ANONYMOUS)

    first = await client.post(f"{draft}/submission", headers=secret)
    second = await client.post(f"{draft}/submission", headers=secret)

    assert (first.status_code, second.status_code) == (201, 404)
    assert (await client.get(draft, headers=secret)).status_code == 404


async def test_a_draft_is_sent_in_once_with_its_key(client):
    draft, secret = await begin(client, ANONYMOUS)
    key = {"Idempotency-Key": str(uuid4())}

    first = await client.post(f"{draft}/submission", headers={**secret, **key})
    second = await client.post(f"{draft}/submission", headers={**secret, **key})
    stranger = await client.post(f"{draft}/submission", headers=key)

    assert second.json() == first.json()
    assert stranger.json()["code"] == "KeyReused"


async def test_a_draft_that_is_not_done_is_refused_as_an_application_would_be(client):
    draft, secret = await begin(client, {**BEGUN, "anonymous": True})

    response = await client.post(f"{draft}/submission", headers=secret)
    directly = await client.post("/applications", json=form({**BEGUN, "anonymous": True}))

    assert (response.status_code, response.json()) == (422, directly.json())
    assert (await client.get(draft, headers=secret)).status_code == 200


async def test_one_address_cannot_be_bombed_by_drafts(client, one_mail_an_hour):
    drafts = [await begin(client, COMPLAINT), await begin(client, COMPLAINT)]

    statuses = [(await client.post(f"{draft}/submission", headers=secret)).status_code for draft, secret in drafts]

    assert statuses == [201, 429]
