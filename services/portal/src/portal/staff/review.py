"""Houses and job ads that were sent in: what waits, how everybody will read it, and what becomes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Away, Read, Refused
from portal.clients.housing import HouseSent, Housing
from portal.clients.recruitment import AdSent, Recruitment
from portal.forms.sending import Topic, empty, question, send
from portal.i18n import gettext as _
from portal.i18n import marked, of_service
from portal.menus import ADMINISTRATOR
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.house_words import title_of
from portal.public.turns import typed_in
from portal.staff.reviewed import (
    DECLINED,
    OF_ADS,
    OF_HOUSES,
    PUBLISHED,
    WAITING,
    AdView,
    Around,
    HouseView,
    Kind,
    ad_view,
    house_view,
)
from portal.templating import apart, day

router = APIRouter()
PATH = "/handlaggare/granska"


SERVICES: Mapping[Kind, type[Housing | Recruitment]] = {Kind.HOUSES: Housing, Kind.ADS: Recruitment}
ROLES = {Kind.HOUSES: "housing-officer", Kind.ADS: "recruitment-officer"}
TITLES = {Kind.HOUSES: marked("Hus"), Kind.ADS: marked("Annonser")}
STATUSES = {WAITING: marked("Väntar"), PUBLISHED: marked("Publicerade"), DECLINED: marked("Avslagna")}
DONE = {
    "publicerat": marked("Publicerat."),
    "avslaget": marked("Avslaget. Den som skickade in det får ett mejl med skälet."),
    "nedtaget": marked("Det visas inte längre. Den som skickade in det får ett mejl med skälet."),
}


@dataclass(frozen=True)
class Choice:
    """An entry of the menu beside the list."""

    path: str
    text: Markup
    is_chosen: bool


@dataclass(frozen=True)
class Entry:
    """Something in the list. `more` says whose it is, `until` when it is too late."""

    path: str
    title: Markup
    more: str
    received_at: datetime
    until: str | None


@dataclass(frozen=True)
class QueueView:
    title: Markup
    status: str
    done: Markup | None
    groups: Sequence[tuple[Markup, Sequence[Choice]]]
    entries: Sequence[Entry]
    first: str | None
    following: str | None


@router.get(PATH)
async def queue(page: StaffPage, typ: str = "", status: str = "", after: str = "", klart: str = "") -> Response:
    kinds = _kinds(page)
    kind = Kind(typ) if typ in ROLES else kinds[0]
    chosen = status if status in STATUSES else WAITING
    found, following = await _list(page, kind, chosen, after)
    view = QueueView(
        title=_(TITLES[kind]),
        status=chosen,
        done=_done(klart),
        groups=[(_(TITLES[one]), list(_choices(one, kind, chosen))) for one in kinds],
        entries=found,
        first=address(PATH, typ=kind, status=chosen) if after else None,
        following=address(PATH, typ=kind, status=chosen, after=following) if following else None,
    )
    return page.show("staff/review.html", view)


@router.get(f"{PATH}/{{kind}}/{{sent_id}}")
async def review(page: StaffPage, kind: Kind, sent_id: UUID, klart: str = "") -> Response:
    return page.show(*await _reviewed(page, kind, sent_id, Around(_done(klart), None, empty(_topics()))))


@router.post(f"{PATH}/{{kind}}/{{sent_id}}")
async def publish(page: StaffPage, kind: Kind, sent_id: UUID) -> Response:
    try:
        await page.ask(SERVICES[kind]).publish(sent_id)
    except Refused as refused:
        around = Around(None, _said(refused), empty(_topics()))
        return page.again(*await _reviewed(page, kind, sent_id, around))
    return await _next(page, kind, "publicerat")


@router.post(f"{PATH}/{{kind}}/{{sent_id}}/avslag")
async def decline(page: StaffPage, kind: Kind, sent_id: UUID, fran: str = WAITING) -> Response:
    """It is in no list for everybody any longer, and who sent it in reads the reason in a mail."""

    async def by(answers: dict[str, Any], key: str) -> Read:
        return await page.ask(SERVICES[kind]).decline(sent_id, answers, key)

    declined, form = await send(_topics(), typed_in(await page.form()), by)
    if declined is None:
        return page.again(*await _reviewed(page, kind, sent_id, Around(None, form.notice, form)))
    if fran == PUBLISHED:
        return page.go(address(PATH, typ=kind, status=PUBLISHED, klart="nedtaget"))
    return await _next(page, kind, "avslaget")


async def _reviewed(page: Page, kind: Kind, sent_id: UUID, around: Around) -> tuple[str, HouseView | AdView]:
    """The template, and what it shows."""
    if kind == Kind.HOUSES:
        return "staff/review_house.html", house_view(await page.ask(Housing).to_review(sent_id), around)
    return "staff/review_ad.html", ad_view(await page.ask(Recruitment).to_review(sent_id), around)


def _topics() -> list[Topic]:
    note = _("Den som skickade in det får ett mejl med det du skriver.")
    return [Topic(None, [question("reason", "textarea", _("Skäl"), required=True, note=note)])]


def _done(what: str) -> Markup | None:
    return _(DONE[what]) if what in DONE else None


def _said(refused: Refused) -> Markup:
    if refused.status != 409:
        raise refused
    return of_service(refused.detail)


async def _next(page: Page, kind: Kind, done: str) -> Response:
    """On to what has waited longest. To the list when nothing does, or when it is not known what does."""
    try:
        waiting, _following = await _list(page, kind, WAITING, "")
    except (Away, Refused):
        waiting = []
    return page.go(address(waiting[0].path, klart=done) if waiting else address(PATH, typ=kind, klart=done))


def _kinds(page: Page) -> list[Kind]:
    """Those that the person reviews. Whether they may is for the services to say."""
    roles = page.person.roles if page.person else ()
    return [kind for kind, role in ROLES.items() if role in roles or ADMINISTRATOR in roles] or list(ROLES)


def _choices(kind: Kind, chosen_kind: Kind, chosen: str) -> Iterator[Choice]:
    for status, text in STATUSES.items():
        is_chosen = (kind, status) == (chosen_kind, chosen)
        yield Choice(address(PATH, typ=kind, status=status), _(text), is_chosen)


async def _list(page: Page, kind: Kind, status: str, after: str) -> tuple[list[Entry], str | None]:
    if kind == Kind.HOUSES:
        houses = await page.ask(Housing).sent_in(OF_HOUSES[status], after)
        return [_house_entry(one) for one in houses.items], houses.next
    ads = await page.ask(Recruitment).sent_in(OF_ADS[status], after)
    return [_ad_entry(one) for one in ads.items], ads.next


def _house_entry(house: HouseSent) -> Entry:
    path = f"{PATH}/{Kind.HOUSES}/{house.id}"
    return Entry(path, title_of(house), house.property_designation, house.received_at, None)


def _ad_entry(ad: AdSent) -> Entry:
    path = f"{PATH}/{Kind.ADS}/{ad.id}"
    return Entry(path, apart(ad.headline), ad.employer.name, ad.received_at, day(ad.application_deadline))
