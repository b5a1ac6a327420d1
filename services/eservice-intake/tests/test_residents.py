"""Residents sign in with an e-identification: who they are is proved, and what they wrote of it replaced."""

import contextlib
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import ValidationError
from sqlmodel import col, select

from eservice_intake.cases.entries import CaseEntry
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.drafts.models import Draft
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.residents import Resident, Residents, say_what_is_closed
from eservice_intake.identities.rules import with_identity
from eservice_intake.settings import IntakeSettings
from testkit.issuer import KARIN, RESIDENT

from .cases import COMPOST

BO = "197001012397"
RESTAURANT = {
    "orgnr": "556000-4615",
    "company_name": "Krogen AB",
    "contact_name": "Bo Berg",
    "contact_email": "bo@exempel.se",
    "contact_phone": "070-174 06 05",
    "company_address": {"street": "Storgatan 1", "postal_code": "83131", "city": "Östersund"},
    "property_designation": "Odensala 1:23",
    "existing_facility": "Krogen",
    "change_type": "namn",
    "effective_date": "2026-12-01",
    "description": "Krogen heter Värdshuset.",
    "declaration": True,
}
DISCOVERY = {
    **{name: answer for name, answer in COMPOST.items() if name.startswith(("applicant", "property"))},
    "discovered_at": "2026-01-01T12:00:00+01:00",
    "medium": "mark",
    "description": "Olja i diket",
    "acute": False,
}


def application(answers, eservice="kompostering"):
    return {"eservice": eservice, "language": "sv", "answers": answers}


async def saved_case(database, receipt) -> tuple[Case, list[CasePerson]]:
    about = UUID(receipt["id"])
    async with database.reading() as session:
        case = await session.get(Case, about)
        people = await session.exec(select(CasePerson).where(col(CasePerson.case_id) == about))
        return case, list(people)


async def test_without_a_sign_in_an_eservice_that_asks_for_it_takes_nothing(client, published):
    response = await client.post("/applications", json=application(COMPOST), headers={"Accept-Language": "en"})

    assert (response.status_code, response.json()["code"]) == (401, "SignInFirst")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "Sign in with an e-identification" in response.json()["detail"]
    assert await published.fetch() == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "kommunbuss"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 60},
        {"exp": int(time.time()) + 11 * 3600},
        {"nonce": "n"},
    ],
    ids=["a staff token's audience", "another issuer", "ended", "too long", "an ID token's"],
)
async def test_a_token_that_is_not_a_residents_is_no_sign_in(client, resident, claims):
    response = await client.post("/applications", json=application(COMPOST), headers=resident(**claims))

    assert (response.status_code, response.json()["code"]) == (401, "SignInFirst")


async def test_a_member_of_staff_is_not_a_resident_and_a_resident_not_staff(client, internal_client, staff, resident):
    applied = await client.post("/applications", json=application(COMPOST), headers=staff("administrator"))
    looked_up = await internal_client.post("/contacts/lookup", json={"contacts": []}, headers=resident())

    assert (applied.status_code, looked_up.status_code) == (401, 401)


@pytest.mark.parametrize(
    "claims",
    [
        {"acr": "http://id.elegnamnden.se/loa/1.0/loa2"},
        {"acr": None},
        {"https://id.oidc.se/claim/personalIdentityNumber": None},
        {"https://id.oidc.se/claim/personalIdentityNumber": "198112189870"},
        {"name": ""},
    ],
    ids=["a low level", "no level", "no number", "a number that cannot be", "no name"],
)
async def test_a_sign_in_that_does_not_prove_who_it_is_is_told_so(client, resident, claims):
    response = await client.post("/applications", json=application(COMPOST), headers=resident(**claims))

    assert (response.status_code, response.json()["code"]) == (401, "SignInWeak")
    assert response.headers["WWW-Authenticate"] == 'Bearer error="insufficient_user_authentication"'


async def test_the_proved_identity_replaces_what_was_written(app, client, database, resident):
    answers = {**COMPOST, "applicant_personnr": BO}

    receipt = (await client.post("/applications", json=application(answers), headers=resident())).json()

    case, _ = await saved_case(database, receipt)
    seal = app.state.seal
    written = seal.opened_answers(catalogue().find("kompostering").form, case.answers)
    assert (written["applicant_name"], written["applicant_personnr"]) == ("Karin Ek", KARIN)


async def test_who_has_signed_in_is_said_to_be_identified_everywhere(client, database, published, resident):
    receipt = (await client.post("/applications", json=application(COMPOST), headers=resident())).json()
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


async def send_map(client):
    file = ("karta.pdf", b"%PDF-1.7", "application/pdf")
    return (await client.post("/attachments", files={"file": file})).json()["id"]


@pytest.mark.parametrize("signed_in", [True, False])
async def test_where_a_sign_in_is_ones_own_choice_both_are_taken(client, resident, signed_in):
    form = application({**DISCOVERY, "map": await send_map(client)}, "fororening-upplysning")

    response = await client.post("/applications", json=form, headers=resident() if signed_in else {})

    assert (response.status_code, response.json()["identified"]) == (201, signed_in)


async def test_a_broken_sign_in_is_not_taken_for_none(client, resident):
    form = application({**DISCOVERY, "map": await send_map(client)}, "fororening-upplysning")

    response = await client.post("/applications", json=form, headers=resident(aud="somebody-else"))

    assert response.status_code == 401


async def test_my_cases_are_those_i_signed_in_for(client, resident):
    mine = [(await client.post("/applications", json=application(COMPOST), headers=resident())).json() for _ in "ab"]
    bo = resident(**{"https://id.oidc.se/claim/personalIdentityNumber": BO, "name": "Bo Berg"})
    await client.post("/applications", json=application(COMPOST), headers=bo)

    first = (await client.get("/my/cases", params={"limit": 1}, headers=resident())).json()
    second = (await client.get("/my/cases", params={"limit": 1, "after": first["next"]}, headers=resident())).json()

    references = [one["reference"] for one in reversed(mine)]
    assert [one["reference"] for one in first["items"] + second["items"]] == references
    assert second["next"] is None
    assert (await client.get("/my/cases")).json()["code"] == "SignInFirst"


async def test_a_number_that_somebody_else_wrote_opens_no_case_to_its_owner(client, resident):
    """What is written can be mistyped: only a sign-in shows whose a case is."""
    form = application(
        {**DISCOVERY, "applicant_personnr": KARIN, "map": await send_map(client)}, "fororening-upplysning"
    )
    await client.post("/applications", json=form)

    assert (await client.get("/my/cases", headers=resident())).json()["items"] == []


async def rows_in(database) -> dict[str, int]:
    """How many rows each table has."""
    async with database.reading() as session:
        connection = await session.connection()
        tables = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        counts = {name: await connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')) for name in tables}
    return {name: found.scalar_one() for name, found in counts.items()}


@pytest.mark.parametrize("signed_in", [True, False])
async def test_somebody_with_protected_identity_is_told_to_phone_and_nothing_is_kept(
    client, database, published, resident, caplog, signed_in
):
    answers = {"protected_identity": True, "applicant_name": "Märta Hemlig", "households": "wrong"}
    headers = {"Idempotency-Key": str(uuid4()), "Accept-Language": "en", **(resident() if signed_in else {})}
    before = await rows_in(database)
    caplog.clear()

    response = await client.post("/applications", json=application(answers), headers=headers)

    assert response.status_code == 422
    [violation] = response.json()["violations"]
    assert (violation["field"], violation["code"]) == ("protected_identity", "protected_identity")
    assert "phone +46 63 14 30 00" in violation["message"]
    assert (await rows_in(database), await published.fetch(), caplog.records) == (before, [], [])


async def test_a_draft_of_somebody_with_protected_identity_is_not_kept(client, database):
    before = await rows_in(database)

    response = await client.post("/drafts", json=application({"protected_identity": True, "households": 1}))

    assert [one["code"] for one in response.json()["violations"]] == ["protected_identity"]
    assert await rows_in(database) == before


async def test_no_number_stands_in_a_draft_or_a_case_and_both_say_it_when_read(client, database, resident):
    written = {**COMPOST, "applicant_personnr": "811218-9876"}
    draft = (await client.post("/drafts", json=application(written))).json()
    secret = {"X-Application-Secret": draft["secret"]}
    shown = (await client.get(f"/drafts/{draft['id']}", headers=secret)).json()
    async with database.reading() as session:
        kept = await session.get(Draft, UUID(draft["id"]))

    receipt = await client.post(f"/drafts/{draft['id']}/submission", headers={**secret, **resident()})

    case, _ = await saved_case(database, receipt.json())
    assert shown["answers"]["applicant_personnr"] == "811218-9876"
    for answers in (kept.answers, case.answers):
        assert not [digits for digits in ("811218-9876", "8112189876", KARIN) if digits in str(answers)]


async def test_an_answer_to_a_repeated_request_needs_the_sign_in_too(client, resident):
    key = {"Idempotency-Key": str(uuid4())}
    await client.post("/applications", json=application(COMPOST), headers={**key, **resident()})

    ended = await client.post(
        "/applications", json=application(COMPOST), headers={**key, **resident(exp=int(time.time()) - 60)}
    )

    assert ended.status_code == 401


@contextlib.contextmanager
def residents_by(app: FastAPI, **settings: object) -> Iterator[IntakeSettings]:
    """Residents sign in as the settings say."""
    usual, changed = app.state.residents, app.state.settings.model_copy(update=settings)
    app.state.residents = Residents(changed)
    try:
        yield changed
    finally:
        app.state.residents = usual


@pytest.fixture
def nobody_to_sign_in_with(app: FastAPI) -> Iterator[IntakeSettings]:
    with residents_by(app, residents_issuer=None) as settings:
        yield settings


async def test_without_an_issuer_what_asks_for_a_sign_in_is_closed_and_the_rest_open(
    nobody_to_sign_in_with, client, resident
):
    closed = await client.post("/applications", json=application(COMPOST), headers=resident())
    form = application({**DISCOVERY, "map": await send_map(client)}, "fororening-upplysning")
    opened = await client.post("/applications", json=form)

    assert (closed.status_code, closed.json()["code"]) == (503, "SignInClosed")
    assert opened.status_code == 201


def test_at_start_it_is_said_which_eservices_nobody_can_use(nobody_to_sign_in_with, app, caplog):
    say_what_is_closed(nobody_to_sign_in_with)
    say_what_is_closed(app.state.settings)

    [line] = [record.msg for record in caplog.records]
    assert "RESIDENTS_ISSUER" in line["event"]
    assert {"kompostering", "enskilt-avlopp"} <= set(line["eservices"])
    assert not {"klagomal-olagenhet", "fororening-upplysning"} & set(line["eservices"])


async def test_an_id_token_is_taken_where_the_broker_has_no_other(app, client, issuer, resident):
    id_token = issuer.token(typ="JWT", also={**RESIDENT, "nonce": "n", "at_hash": "h"})

    with residents_by(app, residents_tokens="ID tokens"):
        taken = await client.get("/my/cases", headers={"Authorization": f"Bearer {id_token}"})
        access_token = await client.get("/my/cases", headers=resident())
    usually = await client.get("/my/cases", headers={"Authorization": f"Bearer {id_token}"})

    assert (taken.status_code, access_token.status_code, usually.status_code) == (200, 401, 401)


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        ({"residents_audience": "kommunbuss"}, "RESIDENTS_AUDIENCE must differ from OIDC_AUDIENCE"),
        ({"mode": "production", "residents_issuer": "http://eid.example"}, "RESIDENTS_ISSUER must start with https://"),
        ({"mode": "production", "identity_keys": None}, "set IDENTITY_KEYS"),
        ({"identity_keys": "a key"}, "write keys of 32 bytes"),
        ({"identity_hash_key": "short"}, "at least 16 items"),
    ],
    ids=["staff's audience", "no TLS", "no keys", "not a key", "a short key"],
)
def test_what_would_let_anybody_in_or_seal_nothing_is_refused_at_start(values, remedy):
    own = {"identity_keys": "kE5nJ5y0c3FvZ2x1b2xkZmluZ2VyMTIzNDU2Nzg5MDE=", "identity_hash_key": "a key of our own"}
    production = {"oidc_issuer": "https://staff.example", "kafka_security_protocol": "SSL", "topic_replication": 3}
    given = {**own, **(production if "mode" in values else {}), **values}

    with pytest.raises(ValidationError, match=remedy):
        IntakeSettings(service="eservice-intake", **{name: value for name, value in given.items() if value is not None})


async def test_staff_read_the_number_in_a_case_and_no_list_finds_by_it(client, database, staff, resident):
    receipt = (await client.post("/applications", json=application(COMPOST), headers=resident())).json()
    anna = staff("caseworker")

    case = (await client.get(f"/cases/{receipt['reference']}", headers=anna)).json()
    listed = await client.get("/cases", params={"eservice": "kompostering"}, headers=anna)
    found = (await client.get("/cases", params={"text": KARIN}, headers=anna)).json()["items"]

    answers = {answer["field"]: answer["answer"] for section in case["answers"] for answer in section["answers"]}
    assert answers["applicant_personnr"] == "19811218-9876"
    assert (found, "9876" in listed.text, "gAAAA" in listed.text) == ([], False, False)
    async with database.reading() as session:
        entry = await session.get(CaseEntry, UUID(receipt["id"]))
    assert "9876" not in str(entry.words) and "gaaaa" not in str(entry.words).lower()
