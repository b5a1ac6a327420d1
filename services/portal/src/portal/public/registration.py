"""Somebody registers for an event: a short form, a look at what they wrote, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.recruitment import Event, Recruitment, Registered
from portal.forms.definition import Field
from portal.forms.parse import Typed
from portal.forms.sending import (
    FormView,
    Topic,
    answers_in,
    empty,
    lacking,
    options,
    question,
    send,
    shown_again,
)
from portal.i18n import gettext as _
from portal.i18n import language_of_services, marked
from portal.pages import Page, PublicPage
from portal.public.events import LIST, is_open_at, when
from portal.public.turns import typed_in
from portal.templating import apart, number
from portal.views import Facts, known

router = APIRouter()
FORM = f"{LIST}/{{event_id}}/anmalan"
STEP, SEND, CHANGE = "steg", "skicka", "andra"
ROLES = {
    "participant": marked("Besökare"),
    "candidate": marked("Arbetssökande"),
    "employer": marked("Arbetsgivare"),
}
STATUSES = ("confirmed", "waitlisted")


@dataclass(frozen=True)
class RegistrationView:
    event: Event
    when: Markup
    form: FormView


@dataclass(frozen=True)
class CheckView:
    event: Event
    answers: Facts
    typed: Sequence[tuple[str, str]]
    is_full: bool


@dataclass(frozen=True)
class RegisteredView:
    event: Event
    when: Markup
    is_confirmed: bool
    seats: int


@router.get(FORM)
async def fill_in(page: PublicPage, event_id: UUID) -> Response:
    event = await page.ask(Recruitment).event(event_id)
    if not is_open_at(page, event):
        return page.go(f"{LIST}/{event_id}")
    return page.show("public/registration.html", _view(event, empty(_topics(event), {"party_size": ["1"]})))


@router.post(FORM)
async def register(page: PublicPage, event_id: UUID) -> Response:
    """First what they wrote is shown, and when they have looked at it, it is sent."""
    event = await page.ask(Recruitment).event(event_id)
    topics, typed = _topics(event), typed_in(await page.form())
    step = "".join(typed.get(STEP, ()))
    if step == CHANGE:
        return page.show("public/registration.html", _view(event, shown_again(topics, typed)))
    if step == SEND:
        return await _sent(page, event, typed)
    if found := lacking(topics, typed):
        return page.again("public/registration.html", _view(event, shown_again(topics, typed, found)))
    return page.show("public/registration_check.html", _check(event, typed))


async def _sent(page: Page, event: Event, typed: Typed) -> Response:
    async def by(answers: dict[str, Any], key: str) -> Registered:
        form = {**answers, "language": language_of_services()}
        return await page.ask(Recruitment).register(event.id, form, key)

    registered, form = await send(_topics(event), typed, by)
    if registered is None:
        return page.again("public/registration.html", _view(event, form))
    seats = answers_in(_topics(event), typed)["party_size"]
    return page.go(f"{LIST}/{event.id}/anmald?besked={registered.status}&antal={seats}")


@router.get(f"{LIST}/{{event_id}}/anmald")
async def registered(page: PublicPage, event_id: UUID, besked: str = "", antal: int = 1) -> Response:
    """What came of it. The mail says it too, and is what holds."""
    event = await page.ask(Recruitment).event(event_id)
    view = RegisteredView(event, when(event), besked != STATUSES[1], max(1, min(antal, 10)))
    return page.show("public/registered.html", view)


def _view(event: Event, form: FormView) -> RegistrationView:
    return RegistrationView(event, when(event), form)


def _check(event: Event, typed: Typed) -> CheckView:
    answers = answers_in(_topics(event), typed)
    seats = answers["party_size"]
    said = [(_("Namn"), apart(answers["name"])), (_("E-post"), apart(answers["email"]))]
    said.append((_("Antal personer"), Markup.escape(number(seats))))
    if "role" in answers:
        said.append((_("Du kommer som"), _(ROLES[answers["role"]])))
    kept = [(name, value) for name, values in typed.items() for value in values if name != STEP]
    return CheckView(event, known(said), kept, not event.seats_left)


def _topics(event: Event) -> list[Topic]:
    return [Topic(None, _questions(event))]


def _questions(event: Event) -> list[Field]:
    fields = [
        question("name", "text", _("Namn"), required=True, autocomplete="name"),
        question(
            "email", "email", _("E-post"), required=True, autocomplete="email", note=_("Hit skickar vi beskedet.")
        ),
        question("party_size", "integer", _("Hur många kommer ni?"), required=True, min=1, max=10),
    ]
    if event.kind == "recruitment":
        fields.append(question("role", "choice", _("Du kommer som"), required=True, options=options(ROLES)))
    return fields
