"""What a person may ask: that what is held about them goes."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.cases.models import Case
from eservice_intake.identities.models import CasePerson
from shared.contacts import Contact
from shared.events import ApplicantErased
from shared.tables import OUTBOX
from testkit.issuer import KARIN

from .cases import DISCOVERY, received, take
from .files import send_file
from .people import BO, applied, closed, tables_with
from .signatures import HEAT_PUMP, OWNER

BOS_NUMBER = {"https://id.oidc.se/claim/personalIdentityNumber": BO, "name": "Bo Berg"}
TRACES = ("karin.hemlig@exempel.se", "Hemliga gatan", "Hemliga frågan")


@pytest.fixture
def eva(staff):
    return staff("administrator", subject="eva")


@pytest.fixture
def karin(resident):
    return resident()


async def published_so_far(database):
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(OUTBOX).values(published_at=sa.func.current_timestamp()))


async def test_somebody_who_is_erased_is_nowhere_and_the_others_are_told(
    client, database, published, staff, eva, karin
):
    receipt = await applied(client, karin)
    await closed(client, staff, receipt)
    await client.post(
        "/drafts",
        json={
            "eservice": "kompostering",
            "language": "sv",
            "answers": {"applicant_personnr": KARIN, "container_model": "Hemliga gatan"},
        },
    )
    async with database.reading() as session:
        contact_id = (await session.get(Case, UUID(receipt["id"]))).applicant_contact_id
    await published_so_far(database)

    response = await client.post("/people/erasure", json={"personal_number": "811218-9876"}, headers=eva)

    assert response.status_code == 200, response.text
    assert (len(response.json()["cases"]), response.json()["drafts"]) == (1, 1)
    assert await tables_with(database, *TRACES, receipt["reference"], receipt["id"].replace("-", "")) <= {"outbox"}
    [event] = await published.about(receipt["id"])
    assert isinstance(event, ApplicantErased)
    assert event.contact_ids == [contact_id]
    assert (await client.get("/my/cases", headers=karin)).json()["items"] == []


async def test_the_files_go_with_the_person(client, app, database, staff, eva, resident):
    sent = await send_file(client, b"%PDF-1.7 Hemligt")
    answers = {**DISCOVERY, "place": "Hemliga gatan 1", "map": sent}
    body = {"eservice": "fororening-upplysning", "language": "sv", "answers": answers}
    receipt = (await client.post("/applications", json=body, headers=resident())).json()
    anna = {**staff("caseworker"), "If-Match": '"1"'}
    await client.post(f"/cases/{receipt['reference']}/closure", headers=anna)
    folder = app.state.settings.data_dir / "attachments"
    before = {path.name for path in folder.iterdir() if b"Hemligt" in path.read_bytes()}

    erased = await client.post("/people/erasure", json={"personal_number": KARIN}, headers=eva)

    assert (len(erased.json()["cases"]), len(before)) == (1, 1)
    assert not [path for path in folder.iterdir() if path.name in before]


async def test_who_erased_is_audited_and_not_whom(client, database, staff, eva, karin):
    await closed(client, staff, await applied(client, karin))

    await client.post("/people/erasure", json={"personal_number": KARIN}, headers=eva)

    assert await tables_with(database, "erase person") == {"audit"}
    assert await tables_with(database, KARIN, KARIN[2:], "811218-9876") == set()


async def test_an_open_case_refuses_erasure_and_is_named(client, database, eva, karin):
    receipt = await applied(client, karin)

    response = await client.post(
        "/people/erasure", json={"personal_number": KARIN}, headers={**eva, "Accept-Language": "en"}
    )

    async with database.reading() as session:
        case = await session.get(Case, UUID(receipt["id"]))
    assert (response.status_code, response.json()["code"]) == (409, "StillOpen")
    assert case.diary in response.json()["detail"]


async def test_others_cases_stay_and_are_named(client, database, staff, eva, resident, karin):
    bos = await applied(
        client, resident(**BOS_NUMBER), applicant_email="bo@exempel.se", spreading_place="karin.hemlig@exempel.se"
    )
    await closed(client, staff, await applied(client, karin))

    by_address = (await client.post("/people/erasure", json={"email": "Karin.Hemlig@exempel.se"}, headers=eva)).json()

    async with database.reading() as session:
        case = await session.get(Case, UUID(bos["id"]))
    assert (len(by_address["cases"]), by_address["mentioned_in"]) == (1, [case.diary])


async def test_a_number_in_a_case_that_somebody_else_signed_in_for_does_not_make_it_ones_own(
    client, database, staff, eva, karin
):
    receipt = await applied(client, karin)
    await closed(client, staff, receipt)
    async with database.transaction() as tx:
        number_hash = client._transport.app.state.seal.hash_of(BO)
        tx.add(CasePerson(case_id=UUID(receipt["id"]), number_hash=number_hash))

    erased = (await client.post("/people/erasure", json={"personal_number": BO}, headers=eva)).json()

    assert (erased["cases"], len(erased["mentioned_in"])) == ([], 1)


@pytest.mark.parametrize(
    "form",
    [{}, {"personal_number": KARIN, "email": "a@b.se"}, {"personal_number": "811218-9877"}, {"email": "a"}],
    ids=["nobody", "both", "a wrong number", "a wrong address"],
)
async def test_whom_it_is_about_is_said_in_one_way(client, eva, form):
    for path in ("/people/erasure", "/people/extract", "/people/extract/pdf"):
        assert (await client.post(path, json=form, headers=eva)).status_code == 422


async def awaits_signature(client, headers):
    """The receipt of what a contractor has filled in for somebody else."""
    plan = await send_file(client, b"%PDF-1.7 Hemligt")
    answers = {**HEAT_PUMP, "applicant_email": "karin.hemlig@exempel.se", "site_plan": plan}
    body = {"eservice": "varmepump", "language": "sv", "answers": {**answers, "applicant_personnr": BO}}
    response = await client.post("/applications", json=body, headers={**headers, "Idempotency-Key": str(uuid4())})
    assert response.status_code == 201, response.text
    return response.json()


WHO = [{"personal_number": KARIN}, {"personal_number": BO}, {"email": "karin.hemlig@exempel.se"}, {"email": OWNER}]


@pytest.mark.parametrize("form", WHO, ids=["who filled in", "who is named", "the address", "the signer's address"])
async def test_what_awaits_a_signature_is_extracted_and_erased_too(client, database, published, eva, karin, form):
    receipt = await awaits_signature(client, karin)
    await published_so_far(database)

    extract = (await client.post("/people/extract", json=form, headers=eva)).json()
    erased = (await client.post("/people/erasure", json=form, headers=eva)).json()

    [told] = extract["unsigned"]
    assert (told["reference"], told["answers"]["applicant_personnr"]) == (receipt["reference"], BO)
    assert (erased["cases"], erased["unsigned"]) == ([], 1)
    assert await tables_with(database, "karin.hemlig", OWNER, receipt["reference"]) <= {"outbox"}
    event = (await published.fetch())[-1]
    assert isinstance(event, ApplicantErased)
    assert (event.application_id, len(event.contact_ids)) == (UUID(receipt["id"]), 2)


async def test_a_contact_that_nothing_refers_to_goes_with_its_person_and_one_in_anothers_case_is_named(
    client, database, staff, eva
):
    async with database.transaction() as tx:
        tx.add(Contact(email="karin.hemlig@exempel.se", language="sv"))
    receipt = await received(client)
    question = {"name": "Karin", "email": "Karin.Hemlig@exempel.se", "question": "Hej?", "due_on": "2090-01-01"}
    asked = await take(client, staff("caseworker"), receipt, "referrals", question)

    erased = (await client.post("/people/erasure", json={"email": "karin.hemlig@exempel.se"}, headers=eva)).json()

    async with database.reading() as session:
        left = list(await session.exec(select(Contact.email).where(col(Contact.email).ilike("karin.hemlig%"))))
    assert erased["mentioned_in"] == [asked.json()["diary_number"]]
    assert left == ["Karin.Hemlig@exempel.se"]


async def test_who_filled_in_for_somebody_else_does_not_erase_their_case(client, database, eva):
    receipt = await received(client)
    async with database.transaction() as tx:
        number_hash = client._transport.app.state.seal.hash_of(KARIN)
        tx.add(CasePerson(case_id=UUID(receipt["id"]), number_hash=number_hash, filled_in=True))

    erased = (await client.post("/people/erasure", json={"personal_number": KARIN}, headers=eva)).json()

    assert (erased["cases"], len(erased["mentioned_in"])) == ([], 1)


@pytest.mark.parametrize("path", ["/people/erasure", "/people/extract", "/people/extract/pdf"])
async def test_only_an_administrator_asks(client, staff, path):
    response = await client.post(
        path, json={"personal_number": KARIN}, headers=staff("caseworker", "unit-head", "registrator")
    )

    assert response.status_code == 403


async def test_nobody_elses_case_is_erased(client, staff, eva):
    other = await received(client)
    await client.post("/people/erasure", json={"personal_number": KARIN}, headers=eva)

    found = await client.get(f"/cases/{other['reference']}", headers=staff("administrator"))

    assert found.status_code == 200
