"""A small API to try the HTTP edge on: it adds things."""

import asyncio
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field

from shared.errors import Conflict
from shared.events import HouseListed
from shared.settings import Settings
from web import Person, RecipientLimit, RequireRole, Router, TooManyMails, Transaction, create_api, refusals

router = Router()


class Taken(Conflict):
    """The name is taken. Choose another."""

    sv = "Namnet är upptaget. Välj ett annat."


class Form(BaseModel):
    name: str = Field(min_length=2)
    rooms: int


class Slow:
    """Lets a test stop a request in the middle."""

    def __init__(self) -> None:
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()


slow = Slow()


@router.post("/things", status_code=201, responses=refusals(Taken, TooManyMails))
async def add(form: Form, tx: Transaction, recipients: RecipientLimit) -> dict[str, str]:
    await recipients.count(f"{form.name}@example.se")
    if form.name == "slow":
        slow.begun.set()
        await slow.goes_on.wait()
    event = HouseListed(house_id=uuid4(), owner_contact_id=uuid4())
    tx.publish(event)
    if form.name == "taken":
        raise Taken
    if form.name == "bug":
        raise RuntimeError(form.name)
    return {"id": str(event.house_id)}


@router.get("/me")
async def me(person: Annotated[Person, Depends(RequireRole("caseworker"))]) -> str:
    return person.name


def api(**settings: object) -> FastAPI:
    return create_api(Settings(service="housing", **settings), router, description="test")
