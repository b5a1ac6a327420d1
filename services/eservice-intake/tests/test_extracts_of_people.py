"""What a person may ask: all that is held about them."""

from uuid import UUID, uuid4

import pytest

from eservice_intake.cases.models import Case
from testkit.issuer import KARIN

from .pdfs import words_of
from .people import applied, closed, tables_with


@pytest.fixture
def eva(staff):
    return staff("administrator", subject="eva")


@pytest.fixture
def karin(resident):
    return resident()


async def test_an_extract_has_everything_and_is_audited(client, database, staff, eva, karin):
    receipt = await applied(client, karin)
    await closed(client, staff, receipt)
    await client.post(
        "/drafts", json={"eservice": "kompostering", "language": "sv", "answers": {"applicant_personnr": KARIN}}
    )

    extract = (await client.post("/people/extract", json={"personal_number": KARIN}, headers=eva)).json()

    [case] = extract["cases"]
    assert case["reference"] == receipt["reference"]
    assert case["rows"]["eservice_case"][0]["answers"]["applicant_personnr"] == KARIN
    assert case["rows"]["eservice_case_person"][0]["number"] == KARIN
    assert [row["text"] for row in case["rows"]["eservice_message"]] == ["Hemliga frågan"]
    assert case["rows"]["contact"][0]["email"] == "karin.hemlig@exempel.se"
    assert [draft["answers"]["applicant_personnr"] for draft in extract["drafts"]] == [KARIN]
    assert "secret" not in str(extract)
    assert await tables_with(database, "extract person") == {"audit"}


async def test_an_extract_names_a_confidential_case_by_its_number_alone(client, database, eva, karin):
    receipt = await applied(client, karin)
    async with database.transaction() as tx:
        case = await tx.get(Case, UUID(receipt["id"]))
        case.confidential = True

    extract = (await client.post("/people/extract", json={"personal_number": KARIN}, headers=eva)).json()
    document = await client.post("/people/extract/pdf", json={"personal_number": KARIN}, headers=eva)

    assert (extract["cases"], extract["confidential"]) == ([], [case.diary])
    assert "Hemliga" not in str(extract)
    assert case.diary in words_of(document.content)


async def test_an_extract_is_a_document_too(client, staff, eva, karin):
    receipt = await applied(client, karin)

    response = await client.post("/people/extract/pdf", json={"personal_number": KARIN}, headers=eva)

    words = words_of(response.content)
    assert response.headers["Content-Type"] == "application/pdf"
    assert "Det som finns om dig" in words
    assert receipt["reference"] in words.replace("\n", "")


async def test_an_answer_with_a_person_is_not_kept_for_a_repeated_request(client, database, eva, karin):
    await applied(client, karin)
    key = {**eva, "Idempotency-Key": str(uuid4())}

    await client.post("/people/extract", json={"personal_number": KARIN}, headers=key)

    assert "idempotency_key" not in await tables_with(database, "Hemliga gatan")
