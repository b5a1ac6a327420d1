"""Houses and job ads that were sent in: what waits, how everybody will read it, and that it is published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.housing import HouseSent, HouseToReview, Housing
from portal.clients.recruitment import Ad, AdSent, AdToReview, Recruitment
from portal.i18n import gettext as _
from portal.i18n import marked, of_service
from portal.menus import ADMINISTRATOR
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.house_words import OFFERS, price_of, square_metres_exactly, title_of
from portal.public.houses import facts_of as facts_of_house
from portal.public.jobs import facts_of as facts_of_ad
from portal.public.jobs import wanted_of
from portal.templating import apart, day, moment, number
from portal.views import Facts, known

router = APIRouter()
PATH = "/handlaggare/granska"


class Kind(StrEnum):
    HOUSES = "hus"
    ADS = "annonser"


SERVICES: Mapping[Kind, type[Housing | Recruitment]] = {Kind.HOUSES: Housing, Kind.ADS: Recruitment}
ROLES = {Kind.HOUSES: "housing-officer", Kind.ADS: "recruitment-officer"}
TITLES = {Kind.HOUSES: marked("Hus"), Kind.ADS: marked("Annonser")}
WAITING, PUBLISHED = "vantar", "publicerade"
STATUSES = {WAITING: marked("Väntar"), PUBLISHED: marked("Publicerade")}
OF_HOUSES = {WAITING: "submitted", PUBLISHED: "published"}
OF_ADS = {WAITING: "posted", PUBLISHED: "published"}


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
    is_waiting: bool
    groups: Sequence[tuple[Markup, Sequence[Choice]]]
    entries: Sequence[Entry]
    first: str | None
    following: str | None


@dataclass(frozen=True)
class Reviewed:
    """What stands around every one that is reviewed. `notice` is why it could not be published."""

    kind: Kind
    id: UUID
    title: Markup
    plain_title: str
    is_waiting: bool
    received_at: datetime
    was_published: bool
    notice: Markup | None
    only_for_us: Facts


@dataclass(frozen=True)
class HouseView:
    about: Reviewed
    offer: Markup
    price: Markup | None
    description: str | None
    facts: Facts


@dataclass(frozen=True)
class AdView:
    about: Reviewed
    ad: Ad
    facts: Facts
    wanted: Sequence[tuple[Markup, Sequence[str]]]


@router.get(PATH)
async def queue(page: StaffPage, typ: str = "", status: str = "", after: str = "") -> Response:
    kinds = _kinds(page)
    kind = Kind(typ) if typ in ROLES else kinds[0]
    chosen = status if status in STATUSES else WAITING
    found, following = await _list(page, kind, chosen, after)
    view = QueueView(
        title=_(TITLES[kind]),
        is_waiting=chosen == WAITING,
        groups=[(_(TITLES[one]), list(_choices(one, kind, chosen))) for one in kinds],
        entries=found,
        first=address(PATH, typ=kind, status=chosen) if after else None,
        following=address(PATH, typ=kind, status=chosen, after=following) if following else None,
    )
    return page.show("staff/review.html", view)


@router.get(f"{PATH}/{{kind}}/{{sent_id}}")
async def review(page: StaffPage, kind: Kind, sent_id: UUID, klart: str = "") -> Response:
    return page.show(*await _reviewed(page, kind, sent_id, was_published=bool(klart)))


@router.post(f"{PATH}/{{kind}}/{{sent_id}}")
async def publish(page: StaffPage, kind: Kind, sent_id: UUID) -> Response:
    try:
        await page.ask(SERVICES[kind]).publish(sent_id)
    except Refused as refused:
        return page.again(*await _reviewed(page, kind, sent_id, notice=_said(refused)))
    return await _next(page, kind)


async def _reviewed(
    page: Page, kind: Kind, sent_id: UUID, was_published: bool = False, notice: Markup | None = None
) -> tuple[str, HouseView | AdView]:
    """The template, and what it shows."""
    if kind == Kind.HOUSES:
        house = await page.ask(Housing).to_review(sent_id)
        return "staff/review_house.html", _house_view(house, was_published, notice)
    ad = await page.ask(Recruitment).to_review(sent_id)
    return "staff/review_ad.html", _ad_view(ad, was_published, notice)


def _said(refused: Refused) -> Markup:
    if refused.status != 409:
        raise refused
    return of_service(refused.detail)


async def _next(page: Page, kind: Kind) -> Response:
    """On to what has waited longest, or to the list when nothing does."""
    waiting, _following = await _list(page, kind, WAITING, "")
    return page.go(address(waiting[0].path, klart="1") if waiting else address(PATH, typ=kind))


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


def _house_view(house: HouseToReview, was_published: bool, notice: Markup | None) -> HouseView:
    about = Reviewed(
        kind=Kind.HOUSES,
        id=house.id,
        title=title_of(house),
        plain_title=house.property_designation,
        is_waiting=house.status == OF_HOUSES[WAITING],
        received_at=house.received_at,
        was_published=was_published,
        notice=notice,
        only_for_us=known(_only_of_house(house)),
    )
    public = house.public
    return HouseView(
        about, _(OFFERS[public.offer]), price_of(public), public.description, known(facts_of_house(public))
    )


def _only_of_house(house: HouseToReview) -> Iterator[tuple[Markup, Markup | None]]:
    position = f"N {number(house.position.northing)}, E {number(house.position.easting)}"
    yield _("Fastighet"), apart(house.property_designation)
    yield _("Läge (SWEREF 99 TM)"), apart(position)
    yield _("Byggår"), None if house.year_built is None else apart(house.year_built)
    yield _("Boarea"), square_metres_exactly(house.living_area_m2)
    yield _("Tomt"), square_metres_exactly(house.lot_area_m2)
    yield from _times(house.received_at, house.published_at)


def _ad_view(ad: AdToReview, was_published: bool, notice: Markup | None) -> AdView:
    about = Reviewed(
        kind=Kind.ADS,
        id=ad.id,
        title=apart(ad.headline),
        plain_title=ad.headline,
        is_waiting=ad.status == OF_ADS[WAITING],
        received_at=ad.received_at,
        was_published=was_published,
        notice=notice,
        only_for_us=known(_only_of_ad(ad)),
    )
    wanted = [(title, items) for title, items in wanted_of(ad.public) if items]
    return AdView(about, ad.public, known(facts_of_ad(ad.public)), wanted)


def _only_of_ad(ad: AdToReview) -> Iterator[tuple[Markup, Markup | None]]:
    is_personal = not ad.public.employer.organization_number
    yield _("Organisationsnummer"), apart(ad.employer.organization_number) if is_personal else None
    yield _("E-post till företaget"), apart(ad.contact_email)
    yield from _times(ad.received_at, ad.published_at)


def _times(received_at: datetime, published_at: datetime | None) -> Iterator[tuple[Markup, Markup | None]]:
    yield _("Kom in"), Markup.escape(moment(received_at))
    yield _("Publicerades"), Markup.escape(moment(published_at)) if published_at else None
