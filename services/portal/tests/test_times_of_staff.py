"""The business guide opens times that people can book, sees which are booked, and closes them, without JavaScript."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from shared.clock import SWEDEN
from tests.system import System

from . import booked
from .visitors import Visitor

STAFF = "/handlaggare/tider"


@pytest.fixture
async def nora(visitor: Visitor) -> Visitor:
    await visitor.sign_in("nora vik")
    return visitor


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
