"""Staff find a person's cases by the personal identity number, which is left in no address, log or audit."""

from datetime import date

import pytest
from sqlmodel import select

from eservice_intake.identities.numbers import numbers_written_in
from shared.tables import AuditEntry
from testkit.issuer import KARIN

from .applications import application
from .cases import COMPOST, DISCOVERY, RESTAURANT, received, take
from .files import send_file

BO = "197001012397"
TRADER = {**RESTAURANT, "orgnr": "700101-2397", "company_name": "Bos Grill"}
TODAY = date(2026, 11, 26)


@pytest.fixture
def anna(staff):
    return staff("caseworker", subject="anna", name="Anna Ek", units=["avfall", "livsmedel", "halsoskydd"])


@pytest.fixture
async def compost(client, resident):
    """The reference of what Karin has sent in signed in."""
    answer = await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident())
    return answer.json()["reference"]


@pytest.fixture
async def grill(client, resident):
    """The reference of what Karin has sent in for a sole trader."""
    form = application(TRADER, "livsmedel-andring-upphorande")
    return (await client.post("/applications", json=form, headers=resident())).json()["reference"]


async def search(client, headers, **wanted):
    """What is listed: references, or the diary number of what is hidden."""
    answer = await client.post("/cases/search", json=wanted, headers=headers)
    assert answer.status_code == 200, answer.text
    return [case.get("reference") or case["diary_number"] for case in answer.json()["items"]]


@pytest.mark.parametrize("written", ["19811218-9876", "811218-9876", "8112189876", KARIN, "811218 9876"])
@pytest.mark.parametrize("where", ["personal_number", "text"])
async def test_a_number_finds_the_cases_it_is_in_however_it_is_written(client, anna, compost, written, where):
    await received(client)

    assert await search(client, anna, **{where: written}) == [compost]


@pytest.mark.parametrize(
    "wanted",
    [{"personal_number": BO}, {"orgnr": "700101-2397"}, {"text": "7001012397 värdshuset"}, {"personal_number": KARIN}],
)
async def test_a_sole_traders_number_is_a_persons_and_found_the_same_way(client, anna, grill, wanted):
    assert await search(client, anna, **wanted) == [grill]


async def test_a_number_goes_together_with_every_other_filter(client, anna, compost, grill):
    assert await search(client, anna, personal_number=KARIN) == [grill, compost]
    assert await search(client, anna, personal_number=KARIN, unit="avfall") == [compost]
    assert await search(client, anna, personal_number=KARIN, text="odensala varmkompost") == [compost]
    assert await search(client, anna, personal_number=KARIN, text=BO) == [grill]
    assert await search(client, anna, text="varmkompost") == [compost]


async def test_what_is_only_written_like_a_number_is_found_among_the_words(client, anna):
    looks_like_one = "7001012397"
    reference = (await received(client, description=f"Ring {looks_like_one}, fläkten låter hela natten."))["reference"]

    assert await search(client, anna, text=f"fläkten {looks_like_one}") == [reference]


async def test_somebody_who_is_only_named_is_found_too(client, resident, staff):
    answers = {**DISCOVERY, "applicant_personnr": BO, "map": await send_file(client)}
    receipt = (await client.post("/applications", json=application(answers, "fororening-upplysning"))).json()

    assert await search(client, staff("administrator"), personal_number=BO) == [receipt["reference"]]


async def test_a_unit_finds_its_own_cases_alone(client, staff, compost):
    others = staff("caseworker", subject="bo", units=["livsmedel"])

    refused = await client.post("/cases/search", json={"personal_number": KARIN, "unit": "avfall"}, headers=others)

    assert await search(client, others, personal_number=KARIN) == []
    assert (refused.status_code, refused.json()["code"]) == (403, "NotYourUnit")


async def test_a_confidential_case_is_found_by_those_alone_who_may_open_it(client, staff, compost):
    chief, anna = (staff(role, subject=role, units=["avfall"]) for role in ("unit-head", "caseworker"))
    secret = await take(client, chief, {"reference": compost}, "secrecy", {"confidential": True})

    assert secret.status_code == 200, secret.text
    assert await search(client, anna, personal_number=KARIN) == []
    assert await search(client, chief, personal_number=KARIN) == [compost]


@pytest.mark.parametrize("written", ["19811218-9870", "1234", "556000-4615"])
async def test_what_cannot_be_a_number_is_refused_by_its_field(client, anna, written):
    refused = await client.post("/cases/search", json={"personal_number": written}, headers=anna)

    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "personal_number")
    assert written not in refused.text


@pytest.mark.parametrize(("name", "value"), [("text", "karin 811218-9876"), ("text", KARIN), ("orgnr", "700101-2397")])
async def test_a_number_in_an_address_is_refused_and_the_remedy_said(client, anna, name, value):
    refused = await client.get("/cases", params={name: value}, headers=anna)

    [violation] = refused.json()["violations"]
    assert (violation["field"], violation["code"]) == (name, "personal_number_in_address")
    assert "POST /cases/search" in violation["message"]


async def test_that_somebody_was_searched_for_is_audited_without_the_number(app, client, anna, compost, database):
    await search(client, anna, personal_number="811218-9876")

    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry).where(AuditEntry.action == "search for person"))).all()
    [entry] = [entry for entry in entries if entry.who == "anna"]
    assert entry.details["person"] == app.state.seal.hash_of(KARIN)[:16]
    assert "9876" not in str(entry)


async def test_no_answer_is_kept_and_no_number_is_logged(client, anna, compost, capfd):
    headers = {**anna, "Idempotency-Key": "a-search"}

    await search(client, headers, personal_number="811218-9876")
    again = await client.post("/cases/search", json={"personal_number": BO}, headers=headers)

    assert again.json()["items"] == []
    assert "9876" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "text", ["MH-2026-000123", "070-174 06 05", "556000-4615", "811218-9870", "K7MP-2XWB", "198112189876-1"]
)
def test_what_is_not_a_persons_number_is_words(text):
    assert numbers_written_in(text, TODAY) == {}
