"""What the pages of what could not be handled or sent show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from portal.clients.operations import DeadLetterShown, Happening, ParkedEventShown, PayloadField
from portal.forms.sending import FormView
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.public.filters import address
from portal.templating import apart, moment, number
from portal.views import Facts, known
from portal.views import Happening as Line

WAITING = "waiting"
DISCARDED = "discarded"
STATUSES = {
    WAITING: (marked("Väntar"), "warning"),
    "replayed": (marked("Skickat igen"), "info"),
    DISCARDED: (marked("Avskrivet"), "neutral"),
}
HAPPENED = {
    WAITING: marked("Gick inte att hantera"),
    "replayed": marked("Skickades igen"),
    DISCARDED: marked("Avskrevs"),
}


@dataclass(frozen=True)
class Group:
    """What is wrong with some. Events are all too large. With `more` there may be more than are counted."""

    path: str
    error: str
    service: Markup
    count: int
    more: bool
    oldest_at: datetime


@dataclass(frozen=True)
class GroupsView:
    letters: Sequence[Group]
    events: Sequence[Group]
    away: Sequence[Markup]
    done: Markup | None


@dataclass(frozen=True)
class Entry:
    path: str
    type: str | None
    more: str
    attempts: int | None
    at: datetime


@dataclass(frozen=True)
class ListView:
    """Without an error it is of events that could not be sent."""

    error: str
    service: Markup
    entries: Sequence[Entry]
    first: str | None
    following: str | None


@dataclass(frozen=True)
class OneView:
    path: str
    back: str
    type: str | None
    status: tuple[Markup, str]
    discarded: bool
    facts: Facts
    payload: Sequence[PayloadField]
    timeline: Sequence[Line]
    form: FormView


def view_of_letter(path: str, service: Markup, letter: DeadLetterShown, form: FormView) -> OneView:
    text, tone = STATUSES[letter.status]
    facts = [
        (_("Kunde inte hanteras av"), service),
        (_("Senaste felet"), apart(letter.error)),
        (_("Försök"), apart(number(letter.attempts))),
        (_("Undanlagt"), apart(moment(letter.set_aside_at))),
        (_("Ursprung"), apart(letter.origin)),
        (_("Händelsens id"), apart(letter.event_id) if letter.event_id else None),
        (_("Storlek"), _("%(bytes)s byte") % {"bytes": number(letter.size)}),
        (_("SHA-256"), apart(letter.sha256)),
    ]
    return OneView(
        path=f"{path}/{letter.id}",
        back=address(path, fel=letter.error),
        type=letter.type,
        status=(_(text), tone),
        discarded=letter.status == DISCARDED,
        facts=known(facts),
        payload=letter.payload,
        timeline=[_line(one) for one in reversed(letter.history)],
        form=form,
    )


def view_of_event(path: str, service: Markup, event: ParkedEventShown, form: FormView) -> OneView:
    text, tone = STATUSES[WAITING]
    facts = [
        (_("Kunde inte skickas av"), service),
        (_("Händelsens id"), apart(event.id)),
        (_("SHA-256"), apart(event.sha256)),
    ]
    line = Line(_("Gick inte att skicka"), moment(event.created_at), apart(event.error))
    return OneView(
        f"{path}/{event.id}", path, event.type, (_(text), tone), False, known(facts), event.payload, [line], form
    )


def _line(one: Happening) -> Line:
    said = ": ".join(filter(None, (one.who, one.why)))
    return Line(_(HAPPENED[one.status]), moment(one.at), apart(said) if said else None)
