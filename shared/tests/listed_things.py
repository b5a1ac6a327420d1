"""A small API to try the HTTP edge on: it lists, adds and publishes things."""

import contextlib
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from pydantic import BaseModel

from shared.errors import NotFound
from shared.events import EventAnnounced, HouseListed
from shared.settings import Settings
from web import Caller, Reading, Router, Submission, Transaction, create_api, refusals

router = Router()


class NoThing(NotFound):
    """There is no such thing."""

    sv = "Det finns ingen sådan sak."


class Form(BaseModel):
    name: str = "hus"


class Thing(BaseModel):
    id: UUID


@router.get("/things")
async def things(language: Caller, limit: int = 20) -> dict[str, str]:
    return {"language": language, "limit": str(limit)}


@router.post("/things", status_code=201)
async def add(form: Form, submission: Submission) -> Thing:
    event = EventAnnounced(recruitment_event_id=uuid4(), title=form.name, starts_at=submission.at, capacity=1)
    submission.publish(event)
    return Thing(id=event.recruitment_event_id)


@router.post("/things/{thing_id}/publication", status_code=201)
async def publish(thing_id: UUID, tx: Transaction) -> Thing:
    tx.publish(HouseListed(house_id=thing_id, owner_contact_id=uuid4()))
    return Thing(id=thing_id)


@router.get("/things/{thing_id}", responses=refusals(NoThing))
async def show(thing_id: UUID, reading: Reading) -> Thing:
    raise NoThing


def api(**settings: object) -> FastAPI:
    return create_api(Settings(service="housing", **settings), router, description="test")


@contextlib.asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client
    await app.state.database.close()
