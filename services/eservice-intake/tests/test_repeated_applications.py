"""An application that is sent again with its key is received once."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi import FastAPI

from .applications import application, events_about
from .cases import ANONYMOUS, COMPLAINT
from .files import send_file


async def test_a_retry_with_the_same_key_gets_the_first_receipt(client, published):
    key = {"Idempotency-Key": str(uuid4())}

    first = await client.post("/applications", json=application(COMPLAINT), headers=key)
    second = await client.post("/applications", json=application(COMPLAINT), headers=key)
    other = await client.post("/applications", json=application(ANONYMOUS), headers=key)

    assert second.json() == first.json()
    assert other.status_code == 422
    assert len(await events_about(published, first)) == 1


async def test_a_retry_gets_the_first_receipt_though_its_attachment_is_used_by_now(client):
    key = {"Idempotency-Key": str(uuid4())}
    body = application({**ANONYMOUS, "diary": [await send_file(client)]})

    first = await client.post("/applications", json=body, headers=key)
    second = await client.post("/applications", json=body, headers=key)

    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.fixture
def unseen(app: FastAPI) -> Iterator[None]:
    """Every request is in a process of its own, which does not see what the others have in progress."""

    class OtherProcess(set[str]):
        def __contains__(self, _: object) -> bool:
            return False

    kept, app.state.in_progress = app.state.in_progress, OtherProcess()
    yield
    app.state.in_progress = kept


async def test_one_key_sent_to_two_processes_at_once_makes_one_application(unseen, committing_client):
    key = {"Idempotency-Key": str(uuid4())}

    requests = (committing_client.post("/applications", json=application(ANONYMOUS), headers=key) for _ in range(4))
    receipts = [response.json() for response in await asyncio.gather(*requests)]

    assert receipts == [receipts[0]] * 4
