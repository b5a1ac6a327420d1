"""A house or an ad that was sent in, as who reviews it sees it: how everybody will, and what is only for us."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from markupsafe import Markup

from portal.clients.housing import HouseToReview
from portal.clients.recruitment import Ad, AdToReview
from portal.forms.sending import FormView
from portal.i18n import gettext as _
from portal.public.house_words import OFFERS, price_of, square_metres_exactly, title_of
from portal.public.houses import facts_of as facts_of_house
from portal.public.jobs import facts_of as facts_of_ad
from portal.public.jobs import wanted_of
from portal.templating import apart, moment, number
from portal.views import Facts, known

WAITING, PUBLISHED, DECLINED = "vantar", "publicerade", "avslagna"
OF_HOUSES = {WAITING: "submitted", PUBLISHED: "published", DECLINED: "declined"}
OF_ADS = {WAITING: "posted", PUBLISHED: "published", DECLINED: "declined"}


class Kind(StrEnum):
    HOUSES = "hus"
    ADS = "annonser"


@dataclass(frozen=True)
class Around:
    """What the page says besides what is reviewed: what was done before, why nothing was, and the form to decline."""

    done: Markup | None
    notice: Markup | None
    form: FormView


@dataclass(frozen=True)
class Reviewed:
    """What stands around every one that is reviewed."""

    kind: Kind
    id: UUID
    title: Markup
    plain_title: str
    state: str
    around: Around
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


def house_view(house: HouseToReview, around: Around) -> HouseView:
    about = Reviewed(
        kind=Kind.HOUSES,
        id=house.id,
        title=title_of(house),
        plain_title=house.property_designation,
        state=_state(house.status, OF_HOUSES),
        around=around,
        only_for_us=known(_only_of_house(house)),
    )
    public = house.public
    return HouseView(
        about, _(OFFERS[public.offer]), price_of(public), public.description, known(facts_of_house(public))
    )


def _only_of_house(house: HouseToReview) -> Iterator[tuple[Markup, Markup | None]]:
    position = f"N\u00a0{number(house.position.northing)}, E\u00a0{number(house.position.easting)}"
    yield _("Fastighet"), apart(house.property_designation)
    yield _("Läge (SWEREF 99 TM)"), apart(position)
    yield _("Byggår"), None if house.year_built is None else apart(house.year_built)
    yield _("Boarea"), square_metres_exactly(house.living_area_m2)
    yield _("Tomt"), square_metres_exactly(house.lot_area_m2)
    yield from _happened(house)


def ad_view(ad: AdToReview, around: Around) -> AdView:
    about = Reviewed(
        kind=Kind.ADS,
        id=ad.id,
        title=apart(ad.headline),
        plain_title=ad.headline,
        state=_state(ad.status, OF_ADS),
        around=around,
        only_for_us=known(_only_of_ad(ad)),
    )
    wanted = [(title, items) for title, items in wanted_of(ad.public) if items]
    return AdView(about, ad.public, known(facts_of_ad(ad.public)), wanted)


def _only_of_ad(ad: AdToReview) -> Iterator[tuple[Markup, Markup | None]]:
    number, abroad = ad.employer.organization_number, ad.foreign_company
    yield _("Organisationsnummer"), apart(number) if number and not ad.public.employer.organization_number else None
    yield _("Nummer i landets företagsregister"), apart(abroad.number) if abroad else None
    yield _("E-post till företaget"), apart(ad.contact_email)
    yield from _happened(ad)


def _happened(sent: HouseToReview | AdToReview) -> Iterator[tuple[Markup, Markup | None]]:
    yield _("Kom in"), _moment(sent.received_at)
    yield _("Publicerades"), _moment(sent.published_at)
    yield _("Avslogs"), _moment(sent.declined_at)
    yield _("Skäl"), apart(sent.decline_reason) if sent.decline_reason else None


def _moment(at: datetime | None) -> Markup | None:
    return Markup.escape(moment(at)) if at else None


def _state(status: str, statuses: Mapping[str, str]) -> str:
    return next(state for state, name in statuses.items() if name == status)
