"""Registers fill in what they know, at a button of the form: nothing typed is lost, and nobody is held up."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from portal.app import create_app
from portal.settings import PortalSettings
from tests.system import System

from . import drafts, registers
from .applying import Applicant
from .registers import COMPANY, NUMBER, PROPERTY, SOLE_TRADER, UNKNOWN
from .visitors import OURS, Visitor

FETCH = "Hämta uppgifter"
ADDRESS = "company_address"
NOWHERE = "http://127.0.0.1:1"
FILLED_IN = {
    "company_name": "Fjällgården AB",
    "contact_email": "karin@example.com",
    "contact_phone": "070-174 06 05",
    f"{ADDRESS}.street": "Fjällgatan 1",
    f"{ADDRESS}.postal_code": "832 43",
    f"{ADDRESS}.city": "Frösön",
}


@pytest.fixture(scope="session")
async def loaded(system: System, tmp_path_factory: pytest.TempPathFactory) -> None:
    await registers.have(system, tmp_path_factory.mktemp("extracts"))


@pytest.fixture
async def resident(loaded: None, visitor: Visitor) -> Visitor:
    """Somebody who has signed in, where the registers are loaded."""
    await visitor.sign_in("karin ek")
    return visitor


@pytest.fixture
async def alone(system: System) -> AsyncIterator[Visitor]:
    """Somebody at a portal that reaches every service but permit-guide."""
    app = create_app(PortalSettings(intake_url=system.apis.intake, permit_guide_url=NOWHERE))
    async with app.state.services:
        visitor = Visitor("http://portal")
        transport = httpx2.ASGITransport(app)
        visitor.http = httpx2.AsyncClient(transport=transport, base_url="http://portal", headers=OURS)
        yield visitor
    await app.state.database.close()


@pytest.fixture
async def draft(system: System) -> str:
    """The company's page of a draft, which its link opens."""
    return f"{await drafts.draft_of(system, 'livsmedel-registrering', {})}/applicant_company"


async def fetched(visitor: Visitor, **answers: str) -> Applicant:
    page = await Applicant.at(visitor, COMPANY)
    return await page.press(FETCH, answers)


def address_on(page: Applicant, name: str = ADDRESS) -> list[str]:
    return [page.boxes[f"{name}.{box}"][0] for box in ("street", "postal_code", "city")]


async def test_a_number_fills_in_name_and_address(resident: Visitor):
    page = await fetched(resident, orgnr=NUMBER, contact_name="Karin Ek")

    assert page.answer.status_code == 200
    assert page.boxes["company_name"] == ["Fjäll & Gården AB"]
    assert address_on(page) == ["Fjällgatan 1", "832 43", "FRÖSÖN"]
    assert page.boxes["contact_name"] == ["Karin Ek"]
    assert "kontrollera att det stämmer: Företagsnamn, Postadress." in page.text


async def test_what_is_fetched_is_saved_when_one_goes_on(resident: Visitor):
    page = await fetched(resident, orgnr=NUMBER)

    saved = await page.press("Spara och fortsätt senare")

    draft = saved.path.removesuffix("/sparat")
    assert (await Applicant.at(resident, f"{draft}/applicant_company")).boxes["company_name"] == ["Fjäll & Gården AB"]


async def test_what_is_typed_stays_until_one_wants_it_replaced(resident: Visitor):
    typed = {"orgnr": NUMBER, "company_name": "Björnen AB", f"{ADDRESS}.street": "Egna vägen 3"}
    page = await fetched(resident, **typed)
    replaced = await page.press("Byt till registrets uppgifter")

    assert (page.boxes["company_name"], address_on(page)) == (["Björnen AB"], ["Egna vägen 3", "", ""])
    assert "Det du har skrivit står kvar." in page.text
    assert "Företagsnamn: Fjäll & Gården AB" in page.text
    assert replaced.boxes["company_name"] == ["Fjäll & Gården AB"]
    assert address_on(replaced) == ["Fjällgatan 1", "832 43", "FRÖSÖN"]


async def test_what_agrees_is_said_to(resident: Visitor):
    page = await (await fetched(resident, orgnr=NUMBER)).press(FETCH, {"company_name": "fjäll &  gården ab"})

    assert "Det du har fyllt i stämmer med registret." in page.text
    assert page.boxes["company_name"] == ["fjäll &  gården ab"]


async def test_a_company_that_has_ended_is_said_to(resident: Visitor):
    page = await fetched(resident, orgnr="556016-0680")

    assert "Älgen AB är enligt registret avregistrerat sedan 30 juni 2025." in page.text


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("", "Skriv organisationsnumret först."),
        (UNKNOWN, "Registret har ingen organisation med det numret."),
        ("556000-4616", "Fyll i själv och fortsätt som vanligt."),
        (SOLE_TRADER, "En enskild firmas nummer är ett personnummer, och slås inte upp."),
    ],
)
async def test_a_register_that_knows_nothing_changes_nothing_and_says_so(resident: Visitor, number: str, says: str):
    typed = {"orgnr": number, "company_name": "Björnen AB", "contact_phone": "070-"}

    page = await fetched(resident, **typed)

    assert page.answer.status_code == 200
    assert says in page.text
    assert {name: page.boxes.get(name, [""]) for name in typed} == {name: [text] for name, text in typed.items()}


async def test_an_address_is_chosen_among_those_that_begin_so(resident: Visitor):
    page = await Applicant.at(resident, PROPERTY)
    found = await page.press("Hämta uppgifter (Besöksadress", {"visiting_address.street": "byv"})
    chosen = await found.press("Byvägen 14")

    assert found.boxes["visiting_address.street"] == ["byv"]
    assert "Byvägen 12, 834 21 Tandsbyn (Östersund Lockne-Byn 2:15)" in found.text
    assert address_on(chosen, "visiting_address") == ["Byvägen 14", "834 21", "Tandsbyn"]
    assert chosen.boxes["property_designation"] == ["Östersund Lockne-Byn 2:16"]
    assert chosen.boxes["coordinates.easting"] == ["487290"]


async def test_a_property_suggests_its_addresses_and_keeps_how_it_was_written(resident: Visitor):
    page = await Applicant.at(resident, PROPERTY)
    found = await page.press("Hämta uppgifter (Fastighetsbeteckning", {"property_designation": "Lockne-Byn 2:15"})
    chosen = await found.press("Byvägen 12")

    assert address_on(chosen, "visiting_address") == ["Byvägen 12", "834 21", "Tandsbyn"]
    assert chosen.boxes["property_designation"] == ["Lockne-Byn 2:15"]
    assert "Det du har skrivit står kvar." not in chosen.text


async def test_a_choice_does_not_replace_another_property(resident: Visitor):
    page = await Applicant.at(resident, PROPERTY)
    typed = {"visiting_address.street": "Byvägen 12", "property_designation": "Odensala 1:23"}
    found = await page.press("Hämta uppgifter (Besöksadress", typed)

    chosen = await found.press("Byvägen 12")

    assert chosen.boxes["property_designation"] == ["Odensala 1:23"]
    assert "Fastighetsbeteckning: Östersund Lockne-Byn 2:15" in chosen.text


async def test_a_register_that_is_not_loaded_is_said_to_and_one_goes_on(resident: Visitor, system: System):
    async with registers.not_there(system):
        page = await fetched(resident, orgnr=NUMBER, contact_name="Karin Ek")
    on = await page.press("Fortsätt", FILLED_IN)

    assert "Registret svarar inte just nu, eller är inte inläst. Fyll i själv och fortsätt som vanligt." in page.text
    assert (page.boxes["orgnr"], page.boxes["contact_name"]) == ([NUMBER], ["Karin Ek"])
    assert on.heading == "Fastighet"


async def test_a_permit_guide_that_is_away_is_said_to(alone: Visitor, draft: str):
    page = await Applicant.at(alone, draft)
    told = await page.press(FETCH, {"orgnr": NUMBER, "company_name": "Björnen AB"})

    assert told.answer.status_code == 200
    assert "Registret svarar inte just nu, eller är inte inläst. Fyll i själv och fortsätt som vanligt." in told.text
    assert told.boxes["company_name"] == ["Björnen AB"]


async def test_the_number_of_a_sole_trader_is_sent_nowhere(alone: Visitor, draft: str):
    page = await Applicant.at(alone, draft)
    told = await page.press(FETCH, {"orgnr": SOLE_TRADER})

    assert "slås inte upp" in told.text
    assert "svarar inte" not in told.text


async def test_what_no_button_of_ours_says_changes_nothing(resident: Visitor):
    answer = await resident.post(COMPANY, {"byt": '{"name": 1}', "company_name": "Björnen AB"})

    assert answer.status_code == 200
    assert Applicant(resident, answer).boxes["company_name"] == ["Björnen AB"]
