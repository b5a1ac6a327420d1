"""Staff find cases."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from deploy.casework import restaurant
from eservice_intake.app import settings
from eservice_intake.cases import entries
from eservice_intake.cases.entries import CaseEntry
from eservice_intake.cases.models import Case
from eservice_intake.register import listing
from shared.clock import day_in_sweden, now
from shared.staff import Person

from .cases import received, shown, take

TODAY = day_in_sweden(now())
ANNA = Person("anna", "Anna Ek", frozenset(), frozenset()).id


async def found(client, headers, **wanted):
    """The references of the cases that are listed."""
    response = await client.get("/cases", params=wanted, headers=headers)
    assert response.status_code == 200, response.text
    return [case.get("reference") for case in response.json()["items"]]


async def test_the_newest_case_is_listed_first(client, anna):
    receipts = [await received(client) for _ in range(3)]

    assert (await found(client, anna))[:3] == [receipt["reference"] for receipt in reversed(receipts)]


async def test_the_clock_enters_what_nobody_has_looked_for_some_at_a_time(client, database, monkeypatch):
    monkeypatch.setattr(entries, "AT_ONCE", 2)
    receipts = [await received(client) for _ in range(5)]

    await entries.enter_waiting(database, settings)

    async with database.reading() as session:
        entered = (await session.exec(select(CaseEntry.id))).all()
    assert {UUID(receipt["id"]) for receipt in receipts} <= set(entered)


async def test_pages_follow_each_other(client, anna):
    receipts = [await received(client) for _ in range(3)]

    first = (await client.get("/cases", params={"limit": 2}, headers=anna)).json()
    second = await found(client, anna, limit=1, after=first["next"])

    assert second == [receipts[0]["reference"]]


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ({"unit": "halsoskydd"}, True),
        ({"status": "received"}, True),
        ({"status": "closed"}, False),
        ({"kind": "klagomal"}, True),
        ({"kind": "ansokan"}, False),
        ({"eservice": "klagomal-olagenhet"}, True),
        ({"received_from": TODAY, "received_to": TODAY}, True),
        ({"received_to": TODAY - timedelta(days=1)}, False),
        ({"due_to": TODAY}, False),
        ({"mine": True}, False),
        ({"text": "fläkten"}, True),
        ({"text": "FLÄK taket"}, True),
        ({"text": "fläkten hund"}, False),
        ({"text": "anna@exempel.se"}, True),
        ({"text": "%"}, True),
        ({"text": "' | 'x"}, False),
    ],
)
async def test_cases_are_filtered(client, anna, wanted, is_found):
    reference = (await received(client))["reference"]

    assert (reference in await found(client, anna, **wanted)) is is_found


async def of_a_restaurant(client, resident):
    """The receipt of somebody who opens a restaurant."""
    body = {"eservice": "livsmedel-registrering", "language": "sv", "answers": restaurant("krog@exempel.se")}
    response = await client.post("/applications", json=body, headers=resident())
    assert response.status_code == 201, response.text
    return response.json()


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ({"property_designation": "odensala 1:23"}, True),
        ({"property_designation": "Odensala 1:24"}, False),
        ({"orgnr": "5560160680"}, True),
        ({"orgnr": "556000-4615"}, False),
        ({"text": "älgens"}, True),
        ({"text": "556016-0680"}, True),
    ],
)
async def test_a_case_is_found_by_its_property_and_its_organisation(client, staff, resident, wanted, is_found):
    reference = (await of_a_restaurant(client, resident))["reference"]

    found_ones = await found(client, staff("caseworker", units=["livsmedel"]), **wanted)

    assert (reference in found_ones) is is_found


async def test_cases_of_the_same_property_and_organisation_are_related(client, staff, resident):
    earlier, later = [await of_a_restaurant(client, resident) for _ in range(2)]

    case = await shown(client, staff("caseworker", units=["livsmedel"]), later)

    assert (earlier["reference"], "property") in [(one["reference"], one["why"]) for one in case["related"]]


async def test_a_handler_finds_what_they_handle(client, anna, database):
    mine, others = await received(client), await received(client)
    async with database.transaction() as tx:
        case = await tx.get_one(Case, UUID(mine["id"]))
        case.handler_id = ANNA
        tx.add(case)

    by_id = await found(client, anna, handler_id=str(ANNA))

    assert mine["reference"] in by_id
    assert others["reference"] not in by_id
    assert await found(client, anna, mine=True) == by_id


async def test_a_case_is_found_by_what_is_read_aloud_from_it(client, anna):
    receipt = await received(client)
    case = (await client.get(f"/cases/{receipt['reference']}", headers=anna)).json()

    for text in (receipt["reference"], receipt["reference"].replace("-", ""), case["diary_number"]):
        assert await found(client, anna, text=text.lower()) == [receipt["reference"]]


@pytest.mark.parametrize("few", [0, 1_000])
async def test_words_find_the_newest_first_however_many_cases_have_them(client, staff, monkeypatch, few):
    monkeypatch.setattr(listing, "FEW", few)
    registrator = staff("registrator", subject="rut")
    receipts = [await received(client) for _ in range(3)]

    listed = await found(client, registrator, text="fläkten", limit=2)

    assert listed == [receipt["reference"] for receipt in receipts[:0:-1]]


async def test_what_is_due_is_listed_with_the_most_urgent_first(client, anna):
    later, sooner = await received(client), await received(client)
    for receipt, days in ((later, 20), (sooner, 10)):
        due_on = (TODAY + timedelta(days=days)).isoformat()
        await take(client, anna, receipt, "supplement-requests", {"wanted": "En karta.", "due_on": due_on})

    in_time = (TODAY + timedelta(days=20)).isoformat()
    urgent_first = [sooner["reference"], later["reference"]]
    assert await found(client, anna, sort="due", due_to=in_time) == urgent_first
    assert await found(client, anna, due_to=in_time) == urgent_first, "what is due is sorted so by itself"
    assert await found(client, anna, due_to=in_time, sort="oldest") == urgent_first[::-1]


async def test_a_caseworker_finds_the_cases_of_their_units(client, staff):
    reference = (await received(client))["reference"]
    of = {unit: staff("caseworker", subject=unit, units=[unit]) for unit in ("halsoskydd", "avlopp")}

    assert reference in await found(client, of["halsoskydd"])
    others = await found(client, of["avlopp"])
    assert reference not in others
    assert None not in others, "the diary number of a case of another unit"
    refused = await client.get("/cases", params={"unit": "halsoskydd"}, headers=of["avlopp"])
    assert (refused.status_code, refused.json()["code"]) == (403, "NotYourUnit")


@pytest.mark.parametrize("role", ["registrator", "administrator"])
async def test_some_find_the_cases_of_every_unit(client, staff, role):
    reference = (await received(client))["reference"]

    assert reference in await found(client, staff(role, subject=role))


async def test_what_is_in_a_confidential_case_does_not_find_it(client, anna):
    receipt = await received(client)
    before = await found(client, anna, text="fläkten")
    await take(client, anna, receipt, "secrecy", {"confidential": True})

    assert receipt["reference"] in before
    assert receipt["reference"] not in await found(client, anna, text="fläkten")


async def test_a_case_that_nobody_looked_for_is_found_after_a_later_one_was_handled(client, anna, monkeypatch):
    monkeypatch.setattr("eservice_intake.cases.entries.OVERLAP", timedelta(0))  # as if hours lay between them
    first, second = await received(client), await received(client)
    await take(client, anna, second, "move", {"unit": "avlopp"}, version=1)

    assert first["reference"] in await found(client, anna)


@pytest.mark.parametrize(
    "wanted", [{"eservice": "klagomal-olagenhet"}, {"kind": "klagomal"}, {"status": "received"}, {"text": "MH"}]
)
async def test_a_filter_does_not_tell_what_a_confidential_case_is(client, anna, staff, wanted):
    receipt = await received(client)
    await take(client, anna, receipt, "secrecy", {"confidential": True})
    head = staff("unit-head", subject="hans", units=["halsoskydd"])

    assert None not in await found(client, anna, **wanted)
    assert None in await found(client, anna, unit="halsoskydd", received_from=TODAY)
    assert receipt["reference"] in await found(client, head, **wanted)
