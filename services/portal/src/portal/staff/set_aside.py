"""What could not be handled or sent, over all services: by its cause, one by one, tried again or discarded."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.clients import operations
from portal.clients.base import Read, unless_away
from portal.clients.operations import DeadLetters, ParkedEvents
from portal.forms.sending import FormView, Topic, empty, question, send, shown_again
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in
from portal.staff.services import SERVICES, client_of
from portal.staff.set_aside_views import Entry, Group, GroupsView, ListView, OneView, view_of_event, view_of_letter

router = APIRouter()
PATH = "/handlaggare/felko"


class Kind(StrEnum):
    LETTERS = "mottagna"
    EVENTS = "utgaende"


LETTERS: Mapping[str, type[DeadLetters]] = {
    one.service: one for one in (operations.LettersOfNotifications, operations.LettersOfIntake)
}
EVENTS: Mapping[str, type[ParkedEvents]] = {
    one.service: one
    for one in (
        operations.EventsOfIntake,
        operations.EventsOfHousing,
        operations.EventsOfRecruitment,
        operations.EventsOfNotifications,
    )
}
DONE = {
    "igen": marked("Det skickas igen. Går det inte nu heller kommer det tillbaka hit."),
    "avskrivet": marked("Avskrivet. Skälet är antecknat."),
}


@router.get(PATH)
async def groups(page: StaffPage, klart: str = "") -> Response:
    """By their cause. A service that does not answer hides nothing of the others."""
    of_letters, of_events = await asyncio.gather(
        asyncio.gather(*(unless_away(_groups_of_letters(page, service)) for service in LETTERS)),
        asyncio.gather(*(unless_away(_groups_of_events(page, service)) for service in EVENTS)),
    )
    answers = [*zip(LETTERS, of_letters, strict=True), *zip(EVENTS, of_events, strict=True)]
    away = {service for service, found in answers if found is None}
    view = GroupsView(
        letters=[one for found in of_letters for one in found or ()],
        events=[one for found in of_events for one in found or ()],
        away=[_(SERVICES[service]) for service in SERVICES if service in away],
        done=_(DONE[klart]) if klart in DONE else None,
    )
    return page.show("staff/set_aside.html", view)


@router.get(f"{PATH}/{{service}}/{Kind.LETTERS}")
async def letters(page: StaffPage, service: str, fel: Annotated[str, Query(min_length=1)], after: str = "") -> Response:
    """Those that one thing is wrong with."""
    found = await page.ask(client_of(LETTERS, service)).listed(fel, after)
    path = f"{PATH}/{service}/{Kind.LETTERS}"
    listed = [Entry(f"{path}/{one.id}", one.type, one.origin, one.attempts, one.set_aside_at) for one in found.items]
    view = ListView(
        error=fel,
        service=_(SERVICES[service]),
        entries=listed,
        first=address(path, fel=fel) if after else None,
        following=address(path, fel=fel, after=found.next) if found.next else None,
    )
    return page.show("staff/set_aside_list.html", view)


@router.get(f"{PATH}/{{service}}/{Kind.EVENTS}")
async def events(page: StaffPage, service: str, after: str = "") -> Response:
    found = await page.ask(client_of(EVENTS, service)).listed(after)
    path = f"{PATH}/{service}/{Kind.EVENTS}"
    view = ListView(
        error="",
        service=_(SERVICES[service]),
        entries=[Entry(f"{path}/{one.id}", one.type, one.error, None, one.created_at) for one in found.items],
        first=path if after else None,
        following=address(path, after=found.next) if found.next else None,
    )
    return page.show("staff/set_aside_list.html", view)


@router.get(f"{PATH}/{{service}}/{{kind}}/{{one_id}}")
async def one(page: StaffPage, service: str, kind: Kind, one_id: UUID) -> Response:
    return page.show("staff/set_aside_one.html", await _one(page, service, kind, one_id, empty(_topics())))


@router.post(f"{PATH}/{{service}}/{{kind}}/{{one_id}}/igen")
async def replay(page: StaffPage, service: str, kind: Kind, one_id: UUID) -> Response:
    async def by(_answers: dict[str, Any], key: str) -> Read:
        return await page.ask(_client(service, kind)).replay(one_id, key)

    typed = typed_in(await page.form())
    done, form = await send([], typed, by)
    if done is None:
        asked = replace(shown_again(_topics(), typed), notice=form.notice)
        return page.again("staff/set_aside_one.html", await _one(page, service, kind, one_id, asked))
    return page.go(address(PATH, klart="igen"))


@router.post(f"{PATH}/{{service}}/{{kind}}/{{one_id}}/avskriv")
async def discard(page: StaffPage, service: str, kind: Kind, one_id: UUID) -> Response:
    async def by(answers: dict[str, Any], key: str) -> Read:
        return await page.ask(_client(service, kind)).discard(one_id, answers, key)

    done, form = await send(_topics(), typed_in(await page.form()), by)
    if done is None:
        return page.again("staff/set_aside_one.html", await _one(page, service, kind, one_id, form))
    return page.go(address(PATH, klart="avskrivet"))


def _topics() -> list[Topic]:
    note = _("Det sparas i granskningsloggen. Skriv inget om någon person.")
    return [Topic(None, [question("reason", "text", _("Skäl"), required=True, note=note)])]


def _client(service: str, kind: Kind) -> type[DeadLetters | ParkedEvents]:
    return client_of(LETTERS, service) if kind is Kind.LETTERS else client_of(EVENTS, service)


async def _one(page: Page, service: str, kind: Kind, one_id: UUID, form: FormView) -> OneView:
    path = f"{PATH}/{service}/{kind}"
    if kind is Kind.LETTERS:
        letter = await page.ask(client_of(LETTERS, service)).one(one_id)
        return view_of_letter(path, _(SERVICES[service]), letter, form)
    event = await page.ask(client_of(EVENTS, service)).one(one_id)
    return view_of_event(path, _(SERVICES[service]), event, form)


async def _groups_of_letters(page: Page, service: str) -> list[Group]:
    path, name = f"{PATH}/{service}/{Kind.LETTERS}", _(SERVICES[service])
    causes = (await page.ask(LETTERS[service]).causes()).items
    return [Group(address(path, fel=one.error), one.error, name, one.count, False, one.oldest_at) for one in causes]


async def _groups_of_events(page: Page, service: str) -> list[Group]:
    found = await page.ask(EVENTS[service]).listed("")
    return list(_group(service, found.items, found.next is not None)) if found.items else []


def _group(service: str, some: list[operations.ParkedEvent], more: bool) -> Iterator[Group]:
    path = f"{PATH}/{service}/{Kind.EVENTS}"
    yield Group(path, "", _(SERVICES[service]), len(some), more, some[0].created_at)
