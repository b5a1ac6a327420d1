"""Whose an Idempotency-Key is."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import uuid4

import jwt
import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel

from shared.settings import Settings
from testkit.consuming import house_listed
from web import Person, RequireRole, Router, Submission, Transaction, create_api

Caseworker = Annotated[Person, Depends(RequireRole("caseworker"))]

router = Router()


class Form(BaseModel):
    area: str


class Receipt(BaseModel):
    id: str
    decided_by: str = ""


@router.post("/decisions", status_code=201)
async def decide(form: Form, person: Caseworker, tx: Transaction) -> Receipt:
    event = house_listed()
    tx.publish(event)
    return Receipt(id=str(event.house_id), decided_by=person.subject)


@router.post("/submissions", status_code=201, response_model=Receipt)
async def submit(form: Form, submission: Submission) -> Receipt:
    event = house_listed()
    submission.publish(event)
    return Receipt(id=str(event.house_id))


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = create_api(Settings(service="housing"), router, description="test")
    yield app
    await app.state.database.close()


@pytest.mark.parametrize("path", ["/decisions", "/submissions"])
async def test_another_persons_key_does_not_give_them_my_answer(client, staff, published, path):
    key, form = {"Idempotency-Key": uuid4().hex}, {"area": "Brunflo"}
    mine = await client.post(path, json=form, headers=key | staff("caseworker", subject="anna"))

    theirs = await client.post(path, json=form, headers=key | staff("caseworker", subject="bo"))

    assert mine.status_code == 201
    assert (theirs.status_code, theirs.json()["code"]) == (422, "KeyReused")
    assert mine.json()["id"] not in theirs.text
    assert len(await published.fetch()) == 1


@pytest.mark.parametrize("path", ["/decisions", "/submissions"])
async def test_my_key_gives_me_my_answer_also_with_a_renewed_token(client, staff, published, path):
    key, form = {"Idempotency-Key": uuid4().hex}, {"area": "Brunflo"}
    first = await client.post(path, json=form, headers=key | staff("caseworker", name="Anna"))

    again = await client.post(path, json=form, headers=key | staff("caseworker", name="Anna A"))

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await published.fetch()) == 1


async def test_a_stranger_learns_nothing_of_a_key(client, staff):
    key, form = {"Idempotency-Key": uuid4().hex}, {"area": "Brunflo"}
    await client.post("/decisions", json=form, headers=key | staff("caseworker", subject="anna"))
    forged = {"Authorization": f"Bearer {jwt.encode({'sub': 'anna'}, None, 'none')}"}

    nobody = await client.post("/decisions", json=form, headers=key)
    pretender = await client.post("/decisions", json=form, headers=key | forged)

    assert (nobody.status_code, pretender.status_code) == (401, 401)


async def test_a_key_counts_for_its_own_address_only(client, staff):
    headers = {"Idempotency-Key": uuid4().hex} | staff("caseworker")

    first = await client.post("/decisions", json={"area": "Brunflo"}, headers=headers)
    other = await client.post("/submissions", json={"area": "Brunflo"}, headers=headers)

    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_of_the_wrong_length_is_refused(client, key):
    response = await client.post("/submissions", json={"area": "Brunflo"}, headers={"Idempotency-Key": key})

    assert response.status_code == 422
    assert [violation["code"] for violation in response.json()["violations"]] == ["key_length"]
