"""Events as those see them who hold them: which there are, who comes, a list for the door, and a new one."""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.recruitment import Announced, EventHeld, Participant, Recruitment
from portal.csv_file import csv_file
from portal.forms.definition import Field
from portal.forms.sending import Topic, empty, options, question, send
from portal.i18n import gettext as _
from portal.i18n import marked, of_service, plain
from portal.pages import Page, StaffPage
from portal.public.events import KINDS, LANGUAGES, when
from portal.public.filters import address
from portal.public.registration import ROLES
from portal.public.turns import typed_in
from portal.templating import moment, number

router = APIRouter()
PATH = "/handlaggare/evenemang"
NEW = f"{PATH}/nytt"
OF_EVENT = f"{PATH}/{{event_id}}/deltagare"
CONFIRMED = "confirmed"
STATUSES = {CONFIRMED: marked("Har plats"), "waitlisted": marked("Väntar på plats")}


@dataclass(frozen=True)
class EventRow:
    path: str
    title: str
    when: Markup
    place: str
    seats: Markup
    waiting: int


@dataclass(frozen=True)
class EventsView:
    events: Sequence[EventRow]
    first: str | None
    following: str | None


@dataclass(frozen=True)
class ParticipantRow:
    id: UUID
    name: str
    email: str
    size: int
    role: Markup
    has_seat: bool
    is_held_back: bool
    status: Markup
    registered: str


@dataclass(frozen=True)
class ParticipantsView:
    path: str
    event: EventHeld
    when: Markup
    shows_roles: bool
    rows: Sequence[ParticipantRow]
    first: str | None = None
    following: str | None = None
    here: str = ""
    has_begun: bool = False
    is_new: bool = False
    asked: ParticipantRow | None = None
    """Whose registration is to be cancelled, if that is so."""
    is_cancelled: bool = False
    seated: ParticipantRow | None = None
    """Who was given a seat, if somebody was."""
    refused: Markup | None = None


@router.get(PATH)
async def events(page: StaffPage, after: str = "") -> Response:
    found = await page.ask(Recruitment).every_event(after)
    following = address(PATH, after=found.next) if found.next else None
    view = EventsView([_event_row(one) for one in found.items], PATH if after else None, following)
    return page.show("staff/events.html", view)


@router.get(NEW)
async def new(page: StaffPage) -> Response:
    return page.show("staff/event_new.html", empty(_topics()))


@router.post(NEW)
async def announce(page: StaffPage) -> Response:
    async def by(answers: dict[str, Any], key: str) -> Announced:
        return await page.ask(Recruitment).announce(answers, key)

    announced, form = await send(_topics(), typed_in(await page.form()), by)
    if announced is None:
        return page.again("staff/event_new.html", form)
    return page.go(f"{PATH}/{announced.id}/deltagare?nytt=1")


@router.get(OF_EVENT)
async def participants(
    page: StaffPage,
    event_id: UUID,
    after: str = "",
    nytt: str = "",
    avboka: str = "",
    avbokad: str = "",
    plats: str = "",
) -> Response:
    view = await _view(page, event_id, after)
    asked = next((row for row in view.rows if str(row.id) == avboka and not view.has_begun), None)
    seated = next((row for row in view.rows if str(row.id) == plats and row.has_seat), None)
    shown = replace(view, is_new=bool(nytt), asked=asked, is_cancelled=bool(avbokad), seated=seated)
    return page.show("staff/participants.html", shown)


@router.post(f"{OF_EVENT}/{{registration_id}}/avboka")
async def cancel(page: StaffPage, event_id: UUID, registration_id: UUID) -> Response:
    """However often it is sent: what is cancelled is not in the list."""
    path = f"{PATH}/{event_id}/deltagare"
    step = page.ask(Recruitment).cancel_for(event_id, registration_id)
    return await _done(page, event_id, step, "AlreadyCancelled", f"{path}?avbokad=1")


@router.post(f"{OF_EVENT}/{{registration_id}}/plats")
async def give_seat(page: StaffPage, event_id: UUID, registration_id: UUID, after: str = "") -> Response:
    """However often it is sent: the list says whether there is a seat."""
    there = address(f"{PATH}/{event_id}/deltagare", after=after, plats=str(registration_id))
    step = page.ask(Recruitment).give_seat(event_id, registration_id)
    return await _done(page, event_id, step, "NotWaiting", there)


async def _done(page: Page, event_id: UUID, step: Awaitable[None], done_already: str, there: str) -> Response:
    try:
        await step
    except Refused as refused:
        if refused.status != 409:
            raise
        if refused.code != done_already:
            view = replace(await _view(page, event_id), refused=of_service(refused.detail))
            return page.again("staff/participants.html", view)
    return page.go(there)


@router.get(f"{OF_EVENT}/lista")
async def list_for_the_door(page: StaffPage, event_id: UUID) -> Response:
    """Those who have a seat, by name, to be printed and ticked by hand."""
    event = await page.ask(Recruitment).event_held(event_id)
    coming = [one for one in await page.ask(Recruitment).every_participant(event_id) if one.status == CONFIRMED]
    rows = [_row(one) for one in sorted(coming, key=lambda one: (one.name or "").casefold())]
    path = f"{PATH}/{event_id}/deltagare"
    view = ParticipantsView(path, event, when(event), event.kind == "recruitment", rows)
    return page.show("staff/door_list.html", view)


@router.get(f"{OF_EVENT}.csv")
async def as_file(page: StaffPage, event_id: UUID) -> Response:
    found = await page.ask(Recruitment).every_participant(event_id)
    head = [plain(title) for title in HEAD]
    return csv_file(f"deltagare-{event_id}.csv", head, _lines(found))


async def _view(page: Page, event_id: UUID, after: str = "") -> ParticipantsView:
    recruitment = page.ask(Recruitment)
    event, found = await asyncio.gather(recruitment.event_held(event_id), recruitment.participants(event_id, after))
    path = f"{PATH}/{event_id}/deltagare"
    return ParticipantsView(
        path=path,
        event=event,
        when=when(event),
        shows_roles=event.kind == "recruitment",
        rows=[_row(one) for one in found.items],
        first=path if after else None,
        following=address(path, after=found.next) if found.next else None,
        here=address(path, after=after),
        has_begun=page.request.app.state.clock() >= event.starts_at,
    )


HEAD = (
    marked("Namn"),
    marked("E-post"),
    marked("Antal personer"),
    marked("Kommer som"),
    marked("Plats"),
    marked("Anmäld"),
)


def _lines(found: Sequence[Participant]) -> Iterator[Sequence[object]]:
    for one in found:
        status, role = plain(STATUSES[one.status]), plain(ROLES[one.role])
        yield one.name, one.email, one.party_size, role, status, one.registered_at.isoformat(timespec="seconds")


def _event_row(event: EventHeld) -> EventRow:
    seats = _("%(taken)s av %(all)s") % {"taken": number(event.seats_taken), "all": number(event.capacity)}
    path = f"{PATH}/{event.id}/deltagare"
    return EventRow(path, event.title, when(event), event.place, seats, event.waiting)


def _row(one: Participant) -> ParticipantRow:
    return ParticipantRow(
        id=one.id,
        name=one.name or "",
        email=one.email,
        size=one.party_size,
        role=_(ROLES[one.role]),
        has_seat=one.status == CONFIRMED,
        is_held_back=one.held_back and one.status != CONFIRMED,
        status=_(STATUSES[one.status]),
        registered=moment(one.registered_at),
    )


def _topics() -> list[Topic]:
    return [Topic(None, _questions())]


def _questions() -> list[Field]:
    return [
        question("title", "text", _("Rubrik"), required=True, example="Inflyttarkväll"),
        question("kind", "choice", _("Typ"), required=True, options=options(KINDS)),
        question("description", "textarea", _("Beskriv evenemanget"), required=True),
        question("starts_at", "datetime", _("Börjar"), required=True),
        question("ends_at", "datetime", _("Slutar"), required=True),
        question("place", "text", _("Var"), required=True, example="Rådhuset, Östersund"),
        question("capacity", "integer", _("Antal platser"), required=True, min=1),
        question("language", "choice", _("Språk"), required=True, options=options(LANGUAGES)),
        question(
            "registration_closes_at",
            "datetime",
            _("Anmälan stänger"),
            note=_("Om du inte svarar stänger anmälan när evenemanget börjar."),
        ),
    ]
