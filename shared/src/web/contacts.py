"""Tells who writes to people, with the role `contact-reader`, how to reach them. Each look-up is audited."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import col, select

from shared.contacts import Contact, Found, FoundContact, LookUp
from shared.database import Session
from shared.staff import Person
from web.json_body import JsonRoute
from web.staff import RequireRole
from web.transaction import Transaction

Texts = dict[UUID, dict[str, str]]
FindTexts = Callable[[Session, Collection[UUID]], Awaitable[Texts]]
"""What people wrote in the things with these ids, each text by its name in the mail."""


def contacts_router(units: Iterable[str], *finders: FindTexts) -> APIRouter:
    """The contacts, and the words that go into the mails about the service's things, for those of all its units."""
    Reader = Annotated[Person, Depends(RequireRole("contact-reader", units=units))]
    # Not the Router with Idempotency-Key: an answer that was kept would outlive the person it is about.
    router = APIRouter(tags=["Contacts"], route_class=JsonRoute)

    @router.post("/contacts/lookup", operation_id="look_up_contacts")
    async def look_up(wanted: LookUp, reader: Reader, request: Request, tx: Transaction) -> Found:
        """Look up contacts. What is missing in the answer is gone."""
        contacts = await tx.exec(select(Contact).where(col(Contact.id).in_(wanted.contacts)))
        tx.audit(reader.subject, "look up contacts", **wanted.model_dump(mode="json"))
        texts: Texts = {}
        for find_texts in finders:
            texts |= await find_texts(tx, wanted.texts)
        return Found(
            service=request.app.state.settings.service,
            contacts={contact.id: FoundContact.model_validate(contact.model_dump()) for contact in contacts},
            texts=texts,
        )

    return router
