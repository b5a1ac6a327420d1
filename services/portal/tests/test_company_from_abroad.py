"""A company that is registered in another country fills in an e-service, without a script and without a sign-in."""

from .applying import Applicant
from .visitors import Visitor

FINNISH = {"foreign_company.country": "FI", "foreign_company.number": "1234567-8"}
COMPANY = {
    "company_name": "Hirvi Oy",
    "contact_name": "Aino Virtanen",
    "contact_email": "aino@example.com",
    "contact_phone": "+358 9 1234567",
    "company_address.street": "Mannerheimintie 1",
    "company_address.postal_code": "00100",
    "company_address.city": "Helsinki",
    "company_address.country": "FI",
}


async def begun(visitor: Visitor) -> Applicant:
    return await (await Applicant.at(visitor, "/en/e-tjanster/livsmedel-registrering")).go("Start")


async def test_a_finnish_company_registers_a_restaurant(visitor: Visitor):
    page = await (await begun(visitor)).press("Continue", {**COMPANY, **FINNISH})
    assert page.mistakes == []
    page = await page.press("Continue", {"property_designation": "Odensala 1:23"})
    page = await page.press("Continue", {"invoice_same_as_applicant": "ja"})
    start = {"start_date-ar": "2099", "start_date-manad": "5", "start_date-dag": "1"}
    page = await page.press(
        "Continue", {"matter": "ny_anlaggning", "facility_name": "Hirvi", "mobile_facility": "nej", **start}
    )
    food = {"main_orientation": "butik", "activities": ["servering"], "product_groups": ["kott"]}
    page = await page.press("Continue", {**food, "production_size": "f"})
    page = await page.press("Continue", {"own_water": "nej", "seasonal": "nej"})
    page = await page.press("Continue", {"decision_by_email": "ja"})

    assert page.heading == "Check your answers before you send them in"
    assert "Finland" in page.text
    assert "1234567-8" in page.text
    page = await page.press("Send in", {"declaration": "ja"})
    assert "is sent in" in page.heading


async def test_a_company_without_any_number_is_told_of_the_one_in_sweden(visitor: Visitor):
    page = await (await begun(visitor)).press("Continue", COMPANY)

    assert page.mistakes == ["Fill in “Company registration number”."]


async def test_sweden_is_not_among_the_other_countries(visitor: Visitor):
    page = await begun(visitor)

    [countries] = [one for one in page.page.iter("select") if one.get("name") == "foreign_company.country"]
    assert {"FI", "NO", ""} <= {one.get("value", "") for one in countries.iter("option")}
    assert "SE" not in {one.get("value") for one in countries.iter("option")}
