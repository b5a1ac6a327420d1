"""Who has signed in is known: it replaces what was written, finds their cases and is kept sealed."""

from uuid import UUID

from sqlmodel import col, select

from eservice_intake.cases.entries import CaseEntry
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.drafts.models import Draft
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.residents import Resident
from eservice_intake.identities.rules import with_identity
from testkit.issuer import KARIN

from .applications import application
from .cases import COMPOST, DISCOVERY, RESTAURANT
from .files import send_file

BO = "197001012397"


async def saved_case(database, receipt) -> tuple[Case, list[CasePerson]]:
    about = UUID(receipt["id"])
    async with database.reading() as session:
        case = await session.get(Case, about)
        people = await session.exec(select(CasePerson).where(col(CasePerson.case_id) == about))
        return case, list(people)


async def test_the_proved_identity_replaces_what_was_written(app, client, database, resident):
    answers = {**COMPOST, "applicant_personnr": BO}

    receipt = (await client.post("/applications", json=application(answers, "kompostering"), headers=resident())).json()

    case, _ = await saved_case(database, receipt)
    seal = app.state.seal
    written = seal.opened_answers(catalogue().find("kompostering").form, case.answers)
    assert (written["applicant_name"], written["applicant_personnr"]) == ("Karin Ek", KARIN)


async def test_who_has_signed_in_is_said_to_be_identified_everywhere(client, database, published, resident):
    receipt = (await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident())).json()
    secret = {"X-Application-Secret": receipt["secret"]}
    status = (await client.get(f"/applications/{receipt['reference']}", headers=secret)).json()

    case, _ = await saved_case(database, receipt)
    [event] = await published.fetch()
    assert (receipt["identified"], status["identified"], case.identified, event.identified) == (True,) * 4


async def test_who_acts_for_a_company_is_kept_beside_its_number(app, client, database, resident):
    form = application(RESTAURANT, "livsmedel-andring-upphorande")

    receipt = (await client.post("/applications", json=form, headers=resident())).json()

    case, [person] = await saved_case(database, receipt)
    assert (case.answers["orgnr"], case.answers["contact_name"]) == ("5560004615", "Bo Berg")
    assert (person.signed_in, person.name, app.state.seal.opened(person.number)) == (
        True,
        "Karin Ek",
        KARIN,
    )


def test_who_signs_in_for_somebody_else_is_not_taken_for_the_applicant():
    sewage, karin = catalogue().find("enskilt-avlopp"), Resident(KARIN, "Karin Ek", "loa3")
    written = {"applicant_name": "Bo Berg"}

    for_bo = with_identity(sewage, {**written, "filled_by": "contractor"}, karin)
    for_herself = with_identity(sewage, {**written, "filled_by": "owner"}, karin)

    assert for_bo == {**written, "filled_by": "contractor"}
    assert (for_herself["applicant_name"], for_herself["applicant_personnr"]) == ("Karin Ek", KARIN)


async def test_my_cases_are_those_i_signed_in_for(client, resident):
    mine = [
        (await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident())).json()
        for _ in "ab"
    ]
    bo = resident(**{"https://id.oidc.se/claim/personalIdentityNumber": BO, "name": "Bo Berg"})
    await client.post("/applications", json=application(COMPOST, "kompostering"), headers=bo)

    first = (await client.get("/my/cases", params={"limit": 1}, headers=resident())).json()
    second = (await client.get("/my/cases", params={"limit": 1, "after": first["next"]}, headers=resident())).json()

    references = [one["reference"] for one in reversed(mine)]
    assert [one["reference"] for one in first["items"] + second["items"]] == references
    assert second["next"] is None
    assert second["items"][0]["title"] == "Anmälan om kompostering av matavfall eller latrin"
    assert second["items"][0]["status_text"] == "Vi har tagit emot det och läser igenom det."
    assert (await client.get("/my/cases")).json()["code"] == "SignInFirst"


async def test_a_number_that_somebody_else_wrote_opens_no_case_to_its_owner(client, resident):
    """What is written can be mistyped: only a sign-in shows whose a case is."""
    form = application(
        {**DISCOVERY, "applicant_personnr": KARIN, "map": await send_file(client)}, "fororening-upplysning"
    )
    await client.post("/applications", json=form)

    assert (await client.get("/my/cases", headers=resident())).json()["items"] == []


async def test_no_number_stands_in_a_draft_or_a_case_and_both_say_it_when_read(client, database, resident):
    written = {**COMPOST, "applicant_personnr": "811218-9876"}
    draft = (await client.post("/drafts", json=application(written, "kompostering"))).json()
    secret = {"X-Application-Secret": draft["secret"]}
    shown = (await client.get(f"/drafts/{draft['id']}", headers=secret)).json()
    async with database.reading() as session:
        kept = await session.get(Draft, UUID(draft["id"]))

    receipt = await client.post(f"/drafts/{draft['id']}/submission", headers={**secret, **resident()})

    case, _ = await saved_case(database, receipt.json())
    assert shown["answers"]["applicant_personnr"] == "811218-9876"
    for answers in (kept.answers, case.answers):
        assert not [digits for digits in ("811218-9876", "8112189876", KARIN) if digits in str(answers)]


async def test_staff_read_the_number_in_a_case_and_no_list_shows_it(client, database, staff, resident):
    receipt = (await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident())).json()
    anna = staff("caseworker")

    case = (await client.get(f"/cases/{receipt['reference']}", headers=anna)).json()
    listed = await client.get("/cases", params={"eservice": "kompostering"}, headers=anna)

    answers = {answer["field"]: answer["answer"] for section in case["answers"] for answer in section["answers"]}
    assert answers["applicant_personnr"] == "19811218-9876"
    assert not [part for part in ("9876", "gAAAA") if part in listed.text]
    async with database.reading() as session:
        entry = await session.get(CaseEntry, UUID(receipt["id"]))
    assert "9876" not in str(entry.words) and "gaaaa" not in str(entry.words).lower()
