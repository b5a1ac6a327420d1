"""A case keeps the definition of its e-service that it was sent with, whatever becomes of the e-service."""

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import select

from definitions.models import Definition
from eservice_intake.cases.definitions import Definitions
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.identities.numbers import Seal
from eservice_intake.people.resealing import reseal_all
from web.submissions import PendingSubmission

from .applications import application
from .cases import COMPLAINT, COMPOST, received, secret_of, shown, take
from .every_eservice import EVERY_ESERVICE
from .signatures import fill_in

COMPLAINTS, COMPOSTS, HEAT_PUMPS = "klagomal-olagenhet", "kompostering", "varmepump"


@pytest.fixture(autouse=True)
def begun(app):
    """The process has just begun, and knows of no definition that it is kept."""
    known, app.state.definitions = app.state.definitions, Definitions()
    yield
    app.state.definitions = known


@pytest.fixture
def retire(monkeypatch):
    """Takes an e-service out of the catalogue, as in a process that begins with a later release."""

    def leave(eservice):
        monkeypatch.delitem(catalogue().versions, catalogue().find(eservice).version)
        monkeypatch.delitem(catalogue().eservices, eservice)

    return leave


@pytest.fixture
def change(monkeypatch, retire):
    """Gives an e-service another title, other labels, and one question less."""

    def renamed(field):
        options = [{**option, "sv": "Annat val"} for option in field.get("options", [])]
        return {**field, "sv": "Annan fråga", **({"options": options} if options else {})}

    def release(eservice, without):
        content = catalogue().find(eservice).content
        sections = [
            {**one, "fields": [renamed(field) for field in one["fields"] if field["name"] != without]}
            for one in content["sections"]
        ]
        retire(eservice)
        later = EService.model_validate({**content, "sv": "En annan titel", "sections": sections})
        monkeypatch.setitem(catalogue().eservices, eservice, later)
        monkeypatch.setitem(catalogue().versions, later.version, later)

    return release


def labelled(sections):
    return {one["label"]: one["answer"] for section in sections for one in section["answers"]}


async def kept(database):
    async with database.reading() as session:
        return list(await session.exec(select(Definition.name)))


async def refuse(*_):
    raise AssertionError


@EVERY_ESERVICE
def test_a_definition_is_read_again_as_it_was(eservice):
    read = EService.model_validate(eservice.content)

    assert (read, read.version) == (eservice, eservice.version)


async def test_answers_keep_their_labels_when_the_eservice_has_changed(client, anna, change):
    receipt = await received(client)
    before = await shown(client, anna, receipt)
    change(COMPLAINTS, without="place")

    after = await shown(client, anna, receipt)
    later = await shown(client, anna, await sent_without_place(client))

    assert (after["title"], after["answers"]) == (before["title"], before["answers"])
    assert later["title"] == "En annan titel"
    assert set(labelled(later["answers"])) == {"Annan fråga"}


async def sent_without_place(client):
    answers = {name: answer for name, answer in COMPLAINT.items() if name != "place"}
    answer = await client.post("/applications", json=application(answers))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_answers_of_a_retired_eservice_have_their_labels_everywhere(client, anna, retire):
    receipt = await received(client)
    before = await shown(client, anna, receipt)
    retire(COMPLAINTS)

    after = await shown(client, anna, receipt)
    [listed] = (await client.get("/cases", params={"text": receipt["reference"]}, headers=anna)).json()["items"]
    own = (await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))).json()
    copy = await client.get(f"/applications/{receipt['reference']}/copy", headers=secret_of(receipt))
    closed = await take(client, anna, receipt, "closure")

    assert (after["title"], after["answers"]) == (before["title"], before["answers"])
    assert (listed["title"], own["progress"]["title"]) == (before["title"], before["title"])
    assert (copy.status_code, closed.status_code) == (200, 200)


async def test_a_retired_eservices_words_are_searched(client, anna, retire):
    receipt = await received(client)
    retire(COMPLAINTS)

    found = (await client.get("/cases", params={"text": "fläkten"}, headers=anna)).json()["items"]

    assert receipt["reference"] in [case["reference"] for case in found]


async def test_a_number_is_opened_although_its_question_is_gone(client, resident, staff, change):
    receipt = (await client.post("/applications", json=application(COMPOST, COMPOSTS), headers=resident())).json()
    change(COMPOSTS, without="applicant_personnr")

    case = await shown(client, staff("administrator"), receipt)

    assert "19811218-9876" in labelled(case["answers"]).values()


async def test_a_number_is_sealed_anew_although_its_question_is_gone(app, client, database, resident, change):
    await client.post("/applications", json=application(COMPOST, COMPOSTS), headers=resident())
    change(COMPOSTS, without="applicant_personnr")
    settings = app.state.settings
    new = SecretStr(f"{Fernet.generate_key().decode()},{settings.identity_keys.get_secret_value()}")

    count = await reseal_all(database, Seal(settings.model_copy(update={"identity_keys": new})), "eva")

    assert count == 2, "the answers, and who signed in"


async def test_a_definition_is_kept_once_and_then_nothing_is_asked(client, database, monkeypatch):
    await received(client)

    monkeypatch.setattr(PendingSubmission, "insert_ahead", refuse)
    await received(client)

    assert await kept(database) == [COMPLAINTS]


async def test_another_process_keeps_it_no_second_time(app, client, database):
    await received(client)
    app.state.definitions = Definitions()
    await received(client)

    assert await kept(database) == [COMPLAINTS]


async def test_what_is_sent_in_from_a_draft_has_it_too(client, anna, retire):
    draft = (await client.post("/drafts", json=application(COMPLAINT))).json()
    sent = await client.post(f"/drafts/{draft['id']}/submission", headers=secret_of(draft))
    retire(COMPLAINTS)

    assert (
        "Fläkten på taket låter hela natten." in labelled((await shown(client, anna, sent.json()))["answers"]).values()
    )


async def test_what_a_transaction_that_is_undone_has_kept_is_kept_again(client, database, monkeypatch):
    draft = (await client.post("/drafts", json=application(COMPLAINT))).json()
    monkeypatch.setattr("eservice_intake.drafts.api._delete", refuse)
    undone = await client.post(f"/drafts/{draft['id']}/submission", headers=secret_of(draft))

    await received(client)

    assert undone.status_code == 500
    assert await kept(database) == [COMPLAINTS]


async def test_an_owner_reads_and_signs_what_was_filled_in(client, contractor, link, staff, change):
    receipt = await fill_in(client)
    address, secret = await link(receipt)
    before = (await client.get(address, headers=secret)).json()
    change(HEAT_PUMPS, without="model")

    after = (await client.get(address, headers=secret)).json()
    signed = await client.post(f"{address}/signature", headers=secret)

    assert (after["title"], after["answers"]) == (before["title"], before["answers"])
    case = await shown(client, staff("administrator"), signed.json())
    assert "S1255" in labelled(case["answers"]).values()
