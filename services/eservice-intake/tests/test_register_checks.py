"""What registers say of an application: staff read it, and nobody waits for it long or is refused because of it."""

import pytest

from deploy.casework import restaurant
from eservice_intake.app import settings

from .cases import received
from .registers import WITHIN, Known, asking
from .signatures import fill_in


@pytest.fixture
def known(app):
    usual, known = app.state.registers, Known()
    app.state.registers = asking(known, settings)
    yield known
    app.state.registers = usual


@pytest.fixture
def send(client, resident):
    async def send(eservice="livsmedel-registrering", **changes):
        form = {"eservice": eservice, "answers": {**restaurant("krog@exempel.se"), **changes}}
        answer = await client.post("/applications", json=form, headers=resident(name="Kerstin Krog"))
        assert answer.status_code == 201, answer.text
        return answer.json()

    return send


@pytest.fixture
def checks(client, staff):
    async def checks(receipt):
        """The verdict and the text on each field."""
        headers = {**staff("administrator"), "Accept-Language": "en"}
        case = (await client.get(f"/cases/{receipt['reference']}", headers=headers)).json()
        return {one["field"]: (one["verdict"], one["text"]) for one in case["checks"]}

    return checks


async def test_staff_read_that_number_name_and_property_agree(known, send, checks):
    found = await checks(await send())

    assert found["orgnr"][1] == "Agrees with the register."
    assert {field: verdict for field, (verdict, _) in found.items()} == {
        "orgnr": "agrees",
        "property_designation": "agrees",
    }


@pytest.mark.parametrize("name", ["Älgen Aktiebolag", "älgen ab (publ)"])
async def test_a_name_is_compared_as_people_write_it(known, send, checks, name: str):
    found = await checks(await send(company_name=name))

    assert found["orgnr"][0] == "agrees"


@pytest.mark.parametrize(
    ("changes", "field", "verdict", "says"),
    [
        ({"company_name": "Björnen AB"}, "orgnr", "another_name", "that of Älgen AB"),
        ({"orgnr": "556000-4615"}, "orgnr", "deregistered", "Fjällgården AB was deregistered on 2025-06-30"),
        ({"orgnr": "559999-0016"}, "orgnr", "unknown_number", "may be newer than the register"),
        ({"property_designation": "Söre 4:31"}, "property_designation", "unknown_property", "may have none"),
    ],
)
async def test_what_does_not_agree_is_a_note_and_refuses_nothing(known, send, checks, changes, field, verdict, says):
    found = await checks(await send(**changes))

    assert found[field][0] == verdict
    assert says in found[field][1]


@pytest.mark.parametrize("number", ["811218-9876", "136241-0019"], ids=["sole trader", "estate"])
async def test_a_number_that_is_a_persons_is_sent_to_no_register(known, send, checks, number: str):
    found = await checks(await send(orgnr=number))

    assert "orgnr" not in found
    assert not any("company" in path for path in known.asked)


@pytest.mark.parametrize("trouble", ["is_away", "is_empty"])
async def test_a_register_that_is_away_is_a_check_that_was_not_made(known, send, checks, trouble: str):
    setattr(known, trouble, True)

    found = await checks(await send())

    assert {verdict for verdict, _ in found.values()} == {"not_made"}


async def test_nobody_waits_longer_than_the_deadline(app, known, send, checks):
    known.is_slow = True
    app.state.registers = asking(known, settings, milliseconds=50)

    receipt = await send()

    assert {verdict for verdict, _ in (await checks(receipt)).values()} == {"not_made"}


async def test_after_it_was_away_the_next_does_not_wait_for_it(known, send):
    known.is_away = True
    await send()
    known.asked.clear()

    await send()

    assert known.asked == []


async def test_an_e_service_without_such_fields_asks_no_register(known, client):
    await received(client)

    assert known.asked == []


@pytest.mark.usefixtures("contractor")
async def test_a_heat_pump_in_a_water_protection_area_is_an_application_and_its_sender_is_told_where(known, client):
    receipt = await fill_in(client, property_designation="Lockne-Byn 2:15")

    assert receipt["kind"] == "ansokan"
    assert receipt["register_notices"] == [
        "Platsen ligger inom Lockne vattenskyddsområde. Ärendet handläggs därför som ansökan."
    ]


@pytest.mark.usefixtures("contractor")
async def test_whoever_filled_it_in_reads_where_it_is_until_it_is_signed(known, client, link, resident):
    receipt = await fill_in(client, property_designation="Lockne-Byn 2:15")
    filled_in = {"X-Application-Secret": receipt["secret"], "Accept-Language": "en"}
    before = (await client.get(f"/applications/{receipt['reference']}", headers=filled_in)).json()
    address, secret = await link(receipt)
    signed = (await client.post(f"{address}/signature", headers=secret)).json()
    own = {"X-Application-Secret": signed["secret"], "Accept-Language": "en"}

    after = (await client.get(f"/applications/{receipt['reference']}", headers=filled_in)).json()
    owners = (await client.get(f"/applications/{signed['reference']}", headers=own)).json()

    told = ["The place is within Lockne vattenskyddsområde. The case is therefore handled as: permit application."]
    assert (before["register_notices"], after["register_notices"], owners["register_notices"]) == (told, [], told)


@pytest.mark.usefixtures("contractor")
async def test_the_point_that_was_given_counts_before_the_propertys(known, client):
    outside = await fill_in(client, property_designation="Lockne-Byn 2:15", coordinates={**WITHIN, "easting": 480_000})
    within = await fill_in(client, property_designation="Odensala 1:23", coordinates=WITHIN)

    assert (outside["kind"], within["kind"]) == ("anmalan", "ansokan")


@pytest.mark.usefixtures("contractor")
async def test_what_was_checked_when_it_was_filled_in_is_read_when_it_is_signed(known, client, link, checks):
    address, secret = await link(await fill_in(client, property_designation="Lockne-Byn 2:15"))
    known.is_away = True

    signed = (await client.post(f"{address}/signature", headers=secret)).json()

    assert signed["kind"] == "ansokan"
    assert (await checks(signed))["water_protection_area"][0] == "within_area"


async def estimate(client, **answers):
    filled = {"answers": {"water_protection_area": False, **answers}}
    return (await client.post("/eservices/varmepump/fee", json=filled, headers={"Accept-Language": "sv"})).json()


async def test_that_a_place_makes_another_kind_of_matter_is_told_before_it_is_sent(known, client):
    within = await estimate(client, property_designation="Lockne-Byn 2:15")
    outside = await estimate(client, property_designation="Odensala 1:23")

    assert (within["kind"], outside["kind"]) == ("ansokan", "anmalan")
    assert within["notices"] == ["Platsen ligger inom Lockne vattenskyddsområde. Ärendet handläggs därför som ansökan."]
    assert outside["notices"] == []


async def test_what_is_filled_in_so_far_is_told_of_without_a_register(known, client):
    known.is_away = True

    told = await estimate(client, property_designation="Lockne-Byn 2:15")

    assert (told["kind"], told["notices"]) == ("anmalan", [])


@pytest.mark.parametrize("place", [["norr"], {"easting": "norr"}, 7])
async def test_what_is_not_a_property_is_in_no_area(known, client, place):
    told = await estimate(client, property_designation=place, orgnr=place)

    assert (told["kind"], told["notices"]) == ("anmalan", [])


async def test_the_fee_of_what_no_place_makes_another_matter_asks_no_register(known, client):
    answers = {"orgnr": "556016-0680", "property_designation": "Odensala 1:23"}

    await client.post("/eservices/livsmedel-registrering/fee", json={"answers": answers})

    assert known.asked == []
