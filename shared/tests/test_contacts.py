"""Looking up contacts and texts, tried on an API of its own."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import ValidationError
from sqlmodel import select
from uuid_utils.compat import uuid7

from shared.contacts import MOST_IDS, Contact, ContactForm
from shared.database import Database, Session
from shared.events import Language
from shared.settings import Settings
from shared.tables import KEPT_ANSWER, AuditEntry
from web import contacts_router, create_api

POEM = uuid7()


async def find_texts(_: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    return {POEM: {"verse": "Vinden drar"}} if POEM in ids else {}


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = create_api(
        Settings(service="housing", rate_limit="1/hour"),
        description="test",
        internal=[contacts_router(["boende", "avfall"], find_texts)],
    )
    yield app.state.internal
    await app.state.database.close()


@pytest.fixture
def reader(staff) -> dict[str, str]:
    return staff("contact-reader", subject="notifications")


async def known(database: Database, **values: object) -> Contact:
    given = {"email": "anna@example.se", "name": "Anna", "phone": "+46701234567", "language": Language.ENGLISH}
    contact = Contact(**{**given, **values})
    async with database.transaction() as tx:
        tx.add(contact)
    return contact


async def look_up(client: httpx.AsyncClient, headers: dict[str, str], **ids: Collection[UUID]) -> httpx.Response:
    wanted = {name: [str(one) for one in some] for name, some in ids.items()}
    return await client.post("/contacts/lookup", json=wanted, headers=headers)


async def test_a_reader_gets_what_is_needed_to_write_and_no_more(client, database: Database, reader):
    anna, nameless = await known(database), await known(database, name=None, email="bo@example.se")

    found = await look_up(client, reader, contacts=[anna.id, nameless.id])

    assert found.json()["contacts"] == {
        str(anna.id): {"email": "anna@example.se", "language": "en"},
        str(nameless.id): {"email": "bo@example.se", "language": "en"},
    }


async def test_who_is_erased_is_missing_in_the_answer(client, database: Database, reader):
    erased, kept = await known(database), await known(database)
    async with database.transaction() as tx:
        await tx.delete(await tx.get(Contact, erased.id))

    found = await look_up(client, reader, contacts=[erased.id, kept.id], texts=[uuid7()])

    assert found.json()["contacts"].keys() == {str(kept.id)}
    assert found.json()["texts"] == {}


async def test_what_somebody_wrote_is_found_by_the_id_of_the_thing(client, reader):
    found = await look_up(client, reader, texts=[POEM, uuid7()])

    assert found.json() == {"service": "housing", "contacts": {}, "texts": {str(POEM): {"verse": "Vinden drar"}}}


@pytest.mark.parametrize(("role", "status"), [("caseworker", 403), ("housing-officer", 403), ("administrator", 403)])
async def test_nobody_else_may_look_up(client, database: Database, staff, role, status):
    contact = await known(database)

    stranger = await look_up(client, {}, contacts=[contact.id])
    colleague = await look_up(client, staff(role), contacts=[contact.id])

    assert (stranger.status_code, colleague.status_code) == (401, status)
    assert "anna" not in stranger.text + colleague.text


@pytest.mark.parametrize("units", [None, ["boende"], ["avfall"], ["rekrytering"]])
async def test_who_is_not_of_every_unit_of_the_service_may_not_look_up(client, database: Database, staff, units):
    contact = await known(database)

    refused = await look_up(client, staff("contact-reader", units=units), contacts=[contact.id])

    assert (refused.status_code, refused.json()["code"]) == (403, "NotYourUnit")


async def test_every_look_up_is_audited_with_who_and_whom(client, database: Database, reader):
    contact = await known(database)

    await look_up(client, reader, contacts=[contact.id], texts=[POEM])

    async with database.reading() as session:
        [entry] = await session.exec(select(AuditEntry).where(AuditEntry.action == "look up contacts"))
    assert entry.who == "notifications"
    assert entry.details == {"contacts": [str(contact.id)], "texts": [str(POEM)]}


async def test_500_ids_are_answered_at_once(client, database: Database, reader):
    contacts = [await known(database, email=f"anna.{number}@example.se") for number in range(3)]
    others = [uuid7() for _ in range(MOST_IDS - 3)]

    found = await look_up(client, reader, contacts=[*others, *(contact.id for contact in contacts)])

    assert found.json()["contacts"].keys() == {str(contact.id) for contact in contacts}


@pytest.mark.parametrize(
    ("contacts", "texts", "violation"),
    [(501, 0, ("contacts", "too_long")), (0, 501, ("texts", "too_long")), (251, 250, ("body", "too_many_ids"))],
)
async def test_more_than_500_ids_are_refused(client, reader, contacts, texts, violation):
    ids = [uuid7() for _ in range(contacts + texts)]

    refused = await look_up(client, reader, contacts=ids[:contacts], texts=ids[contacts:])

    [found] = refused.json()["violations"]
    assert (refused.status_code, (found["field"], found["code"])) == (422, violation)
    assert "500" in found["message"]


async def test_looking_up_is_not_counted_as_a_change(client, reader):
    answers = [await look_up(client, reader, texts=[POEM]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_no_answer_is_kept_that_would_outlive_the_person(client, database: Database, reader):
    contact = await known(database)

    await look_up(client, {**reader, "Idempotency-Key": "once"}, contacts=[contact.id])

    async with database.reading() as session:
        kept = (await (await session.connection()).execute(sa.select(KEPT_ANSWER.c.body))).scalars()
        assert not [body for body in kept if b"anna" in body]


@pytest.mark.parametrize(
    "form", [{"name": "", "email": "anna@example.se"}, {"name": "Anna", "email": "anna"}, {"name": "Anna"}]
)
def test_a_form_needs_a_name_and_an_address(form):
    with pytest.raises(ValidationError):
        ContactForm.model_validate(form)
