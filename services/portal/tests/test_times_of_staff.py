"""Staff open times that people can book, see which are booked, and close them, without JavaScript."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from portal.clients.base import Away
from portal.clients.eservices import Brief
from portal.menus import has_times
from portal.published import Published
from shared.clock import SWEDEN, now
from tests.system import System

from . import booked
from .visitors import Visitor

STAFF = "/handlaggare/tider"


@pytest.fixture
async def nora(visitor: Visitor) -> Visitor:
    await visitor.sign_in("nora vik")
    return visitor


@pytest.fixture
async def other(system: System) -> str:
    """The unit of a second e-service with times, which staff have published."""
    await booked.published_another(system)
    return booked.OTHER_UNIT


def form(days: int, place: str, **other: str) -> dict[str, str]:
    """Two times of half an hour, on a day that no other test has."""
    day = datetime.now(SWEDEN) + timedelta(days=days)
    names = {"ar": day.year, "manad": day.month, "dag": day.day, "tid": "9.00"}
    starts = {f"starts_at-{name}": str(value) for name, value in names.items()}
    return {**starts, "minutes": "30", "count": "2", "place": place, **other}


def somewhere() -> str:
    return f"Rum {uuid4().hex[:8]}"


async def test_times_are_opened_in_a_row_and_people_can_book_them(nora: Visitor, visitor: Visitor, system: System):
    place = somewhere()

    page = await nora.follow(await nora.post(STAFF, form(20, place)))

    receipt = await booked.asked(system)
    choices = (await visitor.get(booked.drafts.sent_path(receipt) + "/tid")).text
    assert "2 tider är öppna att boka" in page.text
    assert choices.count(place) == 2


async def test_times_that_overlap_are_refused_and_what_was_typed_stays(nora: Visitor):
    await nora.post(STAFF, form(30, somewhere()))
    place = somewhere()

    refused = await nora.post(STAFF, form(30, place, minutes="45"))

    assert (refused.status_code, "Du har redan en annan tid då" in refused.text) == (422, True)
    assert f'value="{place}"' in refused.text


async def test_a_booked_time_leads_to_its_case(nora: Visitor, system: System):
    slot, _ = await booked.opened(system)
    receipt = await booked.booked(system, slot)

    text = (await nora.get(STAFF)).text

    assert f'href="/handlaggare/arenden/{receipt["reference"]}"' in text


async def test_a_time_that_is_booked_for_a_confidential_case_is_not_free(nora: Visitor, system: System):
    slot, _ = await booked.opened(system)
    receipt = await booked.booked(system, slot)
    await booked.made_confidential(system, receipt)

    text = (await nora.get(f"{STAFF}?stang={slot}")).text

    assert "Den som har bokat den får ett mejl" in text
    assert receipt["reference"] not in text


async def test_closing_a_time_is_asked_first_and_then_nobody_can_book_it(
    nora: Visitor, visitor: Visitor, system: System
):
    slot, other = await booked.opened(system)
    asked = (await nora.get(f"{STAFF}?stang={slot}")).text

    page = await nora.follow(await nora.post(f"{STAFF}/{slot}/stang"))

    choices = (await visitor.get(booked.drafts.sent_path(await booked.asked(system)) + "/tid")).text
    assert "Det går inte att ångra" in asked
    assert "Tiden är stängd" in page.text
    assert (slot in choices, other in choices) == (False, True)


async def test_who_is_of_no_unit_with_times_has_no_page_of_them_in_the_menu_and_opens_none(
    clerk: Visitor, system: System
):
    await booked.published_another(system, bookable=False)

    page = await clerk.get(STAFF)
    menu = (await clerk.get("/handlaggare/arenden")).text
    refused = await clerk.post(STAFF, form(40, somewhere()))

    assert f'href="{STAFF}"' not in menu
    assert "Ingen av dina enheters e-tjänster har tider att boka" in page.text
    assert (page.status_code, refused.status_code) == (200, 403)


async def test_an_e_service_with_times_that_staff_publish_has_the_page_for_its_unit(
    clerk: Visitor, visitor: Visitor, system: System, other: str
):
    place = somewhere()

    page = await clerk.follow(await clerk.post(STAFF, form(21, place)))
    choices = (await visitor.get(booked.drafts.sent_path(await booked.asked(system, booked.OTHER)) + "/tid")).text
    menu = (await clerk.get("/handlaggare/arenden")).text

    assert "2 tider är öppna att boka" in page.text
    assert choices.count(place) == 2
    assert f'href="{STAFF}"' in menu


async def test_who_is_of_several_units_with_times_says_which_and_sees_whose_each_is(
    visitor: Visitor, system: System, other: str
):
    await visitor.sign_in("alma sund")
    place = somewhere()

    unsaid = await visitor.post(STAFF, form(22, place))
    page = await visitor.follow(await visitor.post(STAFF, form(22, place, unit=other)))

    choices = (await visitor.get(booked.drafts.sent_path(await booked.asked(system, booked.OTHER)) + "/tid")).text
    assert (unsaid.status_code, "”Enhet”" in unsaid.text) == (422, True)
    assert choices.count(place) == 2
    assert '<th scope="col">Enhet</th>' in page.text


class Listing:
    """The list of e-services, and how often it was asked for."""

    def __init__(self, *eservices: Brief) -> None:
        self.eservices, self.asked, self.is_away = eservices, 0, False

    async def all(self) -> Any:
        self.asked += 1
        if self.is_away:
            raise Away("eservice-intake")
        return self.eservices


def with_times(unit: str) -> Brief:
    return Brief.model_construct(unit=unit, bookable=True)


async def test_which_units_have_times_is_asked_once_a_minute_and_stays_known_while_there_is_no_answer():
    published, listing, at = Published(), Listing(with_times("mark")), now()

    await published.keep_up(listing, at)
    await published.keep_up(listing, at + timedelta(seconds=59))
    listing.is_away = True
    await published.keep_up(listing, at + timedelta(seconds=60))

    assert (published.units_with(has_times), listing.asked) == ({"mark"}, 2)
