"""What counts against an address's share of mails."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from shared.errors import Conflict
from shared.settings import Settings
from testkit.consuming import house_listed
from web import RecipientLimit, Router, Submission, TooManyMails, Transaction, create_api, refusals
from web.client import client_of
from web.limits import Limiter
from web.windows import MOST_KEYS, InProcess

router = Router()
taken_references: list[str] = []


class Full(Conflict):
    """There is no room."""

    sv = "Det finns ingen plats."


class Form(BaseModel):
    email: str = "anna@example.se"
    is_full: bool = False


class Receipt(BaseModel):
    id: UUID


@router.post("/submissions", status_code=201, responses=refusals(TooManyMails, Full))
async def submit(form: Form, submission: Submission) -> Receipt:
    await submission.recipients.count(form.email)
    if taken_references:
        raise IntegrityError("insert", {}, ValueError(taken_references.pop()))
    if form.is_full:
        raise Full
    event = house_listed()
    submission.publish(event)
    return Receipt(id=event.house_id)


async def asked_for(form: Form, recipients: RecipientLimit) -> Form:
    await recipients.reserve(form.email)
    return form


@router.post("/registrations", status_code=201, responses=refusals(TooManyMails, Full))
async def register(form: Annotated[Form, Depends(asked_for)], tx: Transaction, recipients: RecipientLimit) -> Receipt:
    recipients.confirm()
    if form.is_full:
        raise Full
    event = house_listed()
    tx.publish(event)
    return Receipt(id=event.house_id)


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    """An API that mails an address once an hour."""
    settings = Settings(service="housing", recipient_rate_limit="1/hour")
    app = create_api(settings, router, description="test")
    yield app
    await app.state.database.close()


@pytest.fixture(params=["/submissions", "/registrations"])
def post(client: httpx.AsyncClient, request: pytest.FixtureRequest) -> Any:
    async def post(key: str | None = None, **form: Any) -> httpx.Response:
        return await client.post(request.param, json=form, headers={"Idempotency-Key": key} if key else {})

    return post


async def test_an_address_that_has_had_its_share_is_sent_no_more(post):
    first, second = await post(), await post(email="Anna@example.se")

    assert (first.status_code, second.status_code) == (201, 429)
    assert second.json()["code"] == "TooManyMails"


async def test_a_request_that_is_refused_counts_no_mail(post):
    refused, accepted = await post(is_full=True), await post()

    assert (refused.status_code, accepted.status_code) == (409, 201)


async def test_a_repeated_request_is_answered_also_when_the_address_has_had_its_share(post):
    first, again = await post(key="one-and-the-same"), await post(key="one-and-the-same")

    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_repeated_request_uses_up_nothing_of_the_share(app, post):
    app.state.limiter = Limiter(Settings(service="housing", recipient_rate_limit="2/hour"))
    for _ in range(3):
        await post(key="one-and-the-same")

    second, third = await post(), await post()

    assert (second.status_code, third.status_code) == (201, 429)


async def test_a_submission_tried_again_as_its_reference_was_taken_counts_one_mail(client):
    taken_references.extend(["CG4H-V3DE", "K7MP-2XWB"])

    response = await client.post("/submissions", json={})

    assert response.status_code == 201


async def test_one_client_does_not_use_up_what_an_address_may_have(client_at):
    stranger, owner, another = map(client_at, ("203.0.113.7", "203.0.113.8", "203.0.113.9"))

    strangers = [(await stranger.post("/submissions", json={})).status_code for _ in range(3)]
    owners = (await owner.post("/submissions", json={})).status_code
    others = (await another.post("/submissions", json={})).status_code

    assert (strangers, owners, others) == ([201, 429, 429], 201, 429)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::1", "::2", True),
        ("unknown", "testclient", True),
    ],
)
def test_a_client_is_an_ipv4_address_or_what_one_subscriber_has_of_ipv6(one: str, other: str, are_one: bool):
    clients = {client_of({"client": (address, 1234)}) for address in (one, other)}

    assert (len(clients) == 1) == are_one


async def test_a_share_that_lasts_a_day_keeps_no_clients_of_a_minute_behind_it():
    seen = InProcess()
    await seen.acquire_entry("seats", 1, 86_400)

    for client in range(100):
        await seen.acquire_entry(f"client {client}", 1, 0)

    assert len(seen) == 1


async def test_however_many_clients_come_the_memory_of_the_limits_is_bounded():
    seen = InProcess()

    for client in range(MOST_KEYS + 100):
        await seen.acquire_entry(f"client {client}", 1, 60)

    assert len(seen) == MOST_KEYS
    assert not await seen.acquire_entry(f"client {MOST_KEYS + 99}", 1, 60)
