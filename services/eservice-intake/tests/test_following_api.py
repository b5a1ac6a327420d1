"""The applicant follows the case with the secret on the receipt, and does their part of it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from eservice_intake.applications import following
from eservice_intake.attachments.models import AttachmentUse
from shared.clock import day_in_sweden, now
from shared.events import CaseMessageSent, CaseWithdrawn, SupplementReceived
from web.limits import Limiter

from .cases import audited, received, shown, take
from .files import send_file

SOON = (day_in_sweden(now()) + timedelta(days=14)).isoformat()
WANTED = {"wanted": "Skicka en karta.", "due_on": SOON}
ANSWER = {"text": "Kartan är bifogad."}


@pytest.fixture
async def receipt(client):
    return await received(client)


@pytest.fixture
async def asked(client, anna, receipt):
    """A case whose applicant is asked for a map."""
    assert (await take(client, anna, receipt, "supplement-requests", WANTED)).status_code == 200
    return receipt


async def status(client, receipt, language="en"):
    headers = {"X-Application-Secret": receipt["secret"], "Accept-Language": language}
    response = await client.get(f"/applications/{receipt['reference']}", headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


async def do(client, receipt, what, form=None, **headers):
    headers = {"X-Application-Secret": receipt["secret"], **headers}
    return await client.post(f"/applications/{receipt['reference']}/{what}", json=form, headers=headers)


async def test_the_status_says_in_words_what_happens_now(client, receipt):
    english, swedish = await status(client, receipt, "en"), await status(client, receipt, "sv")

    assert english["progress"]["status_text"] == "We have received it and are reading it."
    assert swedish["progress"]["status_text"] == "Vi har tagit emot det och läser igenom det."
    assert english["progress"]["title"] == "Complaint about a nuisance to human health or the environment"
    assert [line["what"] for line in english["progress"]["history"]] == ["received"]
    assert english["progress"]["can"] == ["send_message", "withdraw", "replace_attachment"]


async def test_the_status_has_what_was_sent_in_as_it_was_written(client):
    receipt = await received(client, place="Torget 1, 你好")

    told = await status(client, receipt)

    answers = {one["field"]: one["answer"] for section in told["progress"]["answers"] for one in section["answers"]}
    assert (answers["place"], answers["frequency"]) == ("Torget 1, 你好", "Often")


async def test_the_applicant_sees_what_is_asked_and_by_when(client, asked):
    told = await status(client, asked)

    assert told["status"] == "awaiting_supplement"
    assert (told["progress"]["missing"]["wanted"], told["progress"]["missing"]["due_on"]) == ("Skicka en karta.", SOON)
    assert told["progress"]["clock"]["stopped_by"] == "supplement"
    assert "receive_supplement" in told["progress"]["can"]


async def test_a_supplement_lets_the_time_go_on_and_is_told(client, anna, asked, published, database):
    sent = await send_file(client)

    response = await do(client, asked, "supplements", {**ANSWER, "attachments": [sent]})

    assert (response.status_code, response.json()["status"]) == (200, "received")
    told = (await status(client, asked))["progress"]
    assert (told["missing"], told["clock"]["stopped_by"]) == (None, None)
    assert told["supplements"][0]["answer"] == ANSWER["text"]
    assert sent in [file["id"] for file in told["attachments"]]
    event = (await published.fetch())[-1]
    assert isinstance(event, SupplementReceived)
    assert "Kartan" not in event.model_dump_json()
    case = await shown(client, anna, asked)
    assert (case["timeline"][-1]["step"], case["supplements"][0]["answer"]) == ("receive_supplement", ANSWER["text"])
    assert "receive supplement" in await audited(database, case=case["diary_number"])


async def test_a_supplement_is_sent_when_it_is_asked_for(client, receipt):
    response = await do(client, receipt, "supplements", ANSWER, **{"Accept-Language": "en"})

    assert (response.status_code, response.json()["code"]) == (409, "WrongState")
    assert "The case is received." in response.json()["detail"]


async def test_a_supplement_is_sent_once_with_its_key(client, asked):
    key = {"Idempotency-Key": str(uuid4())}

    first = await do(client, asked, "supplements", ANSWER, **key)
    second = await do(client, asked, "supplements", ANSWER, **key)
    third = await do(client, asked, "supplements", ANSWER)

    assert (second.json(), third.status_code) == (first.json(), 409)


async def test_a_supplement_whose_file_cannot_be_used_is_refused_whole(client, asked):
    sent = await send_file(client)

    response = await do(client, asked, "supplements", {**ANSWER, "attachments": [sent, str(uuid4()), sent]})

    violations = [(one["field"], one["code"]) for one in response.json()["violations"]]
    assert violations == [("attachments.1", "unknown_attachment"), ("attachments.2", "duplicate")]
    assert (await status(client, asked))["status"] == "awaiting_supplement"


async def test_files_of_a_second_supplement_stand_beside_those_of_the_first(client, anna, asked, database):
    await do(client, asked, "supplements", {**ANSWER, "attachments": [await send_file(client)]})
    await take(client, anna, asked, "supplement-requests", WANTED)
    await do(client, asked, "supplements", {**ANSWER, "attachments": [await send_file(client)]})

    async with database.reading() as reading:
        query = sa.select(AttachmentUse.question).where(AttachmentUse.case_id == UUID(asked["id"]))
        questions = sorted((await (await reading.connection()).execute(query)).scalars())
    assert questions == ["supplement1.1", "supplement2.1"]


async def test_a_message_reaches_the_handler_and_no_event_says_it(client, anna, receipt, published):
    response = await do(client, receipt, "messages", {"text": "När får jag svar?"})

    assert response.status_code == 200
    event = (await published.fetch())[-1]
    assert isinstance(event, CaseMessageSent)
    assert event.by_applicant
    assert "svar" not in event.model_dump_json()
    [message] = (await shown(client, anna, receipt))["messages"]
    assert (message["by_applicant"], message["text"]) == (True, "När får jag svar?")


async def test_a_message_of_staff_is_read_when_the_applicant_has_seen_it(client, anna, receipt):
    await take(client, anna, receipt, "messages", {"text": "Vi hör av oss i veckan."})

    first, second = await status(client, receipt), await status(client, receipt)

    [unread], [read] = first["progress"]["messages"], second["progress"]["messages"]
    assert (unread["text"], unread["by_name"], unread["read_at"]) == ("Vi hör av oss i veckan.", "Anna Ek", None)
    assert read["read_at"] is not None


async def test_who_writes_often_waits(client, receipt, app: FastAPI):
    kept, app.state.limiter = (
        app.state.limiter,
        Limiter(app.state.settings.model_copy(update={"recipient_rate_limit": "1/hour"})),
    )
    responses = [await do(client, receipt, "messages", {"text": "Hej!"}) for _ in range(2)]
    app.state.limiter = kept

    assert [response.status_code for response in responses] == [200, 429]
    assert responses[1].json()["code"] == "TooManyMessages"


async def test_a_case_has_so_many_messages(client, receipt, monkeypatch):
    monkeypatch.setattr(following, "MOST_MESSAGES", 1)

    responses = [await do(client, receipt, "messages", {"text": "Hej!"}) for _ in range(2)]

    assert [response.status_code for response in responses] == [200, 409]
    assert responses[1].json()["code"] == "NoMoreMessages"


async def test_an_application_is_withdrawn_once(client, anna, receipt, published):
    first = await do(client, receipt, "withdrawal")
    second = await do(client, receipt, "withdrawal", **{"Accept-Language": "en"})

    assert (first.json()["status"], second.status_code) == ("withdrawn", 409)
    assert "The case is withdrawn." in second.json()["detail"]
    assert isinstance((await published.fetch())[-1], CaseWithdrawn)
    told = (await status(client, receipt))["progress"]
    assert (told["status_text"], told["clock"], told["can"]) == ("You have withdrawn it.", None, ["send_message"])
    assert (await shown(client, anna, receipt))["timeline"][-1]["by_name"] == "den sökande"


async def test_staff_are_told_in_words_what_the_applicant_did_meanwhile(client, anna, receipt):
    await do(client, receipt, "withdrawal")

    response = await take(client, anna, receipt, "completion", {}, version=1)

    [change] = response.json()["violations"]
    assert (response.status_code, change["message"].split(", ")[0]) == (412, "Ansökan återkallades: den sökande")


async def test_what_is_internal_is_not_told(client, anna, receipt):
    content = {"outcome": "no_action", "reasons": "Inga skäl.", "legal_basis": ["26 kap. 9 § miljöbalken"]}
    assert (await take(client, anna, receipt, "proposals", content)).status_code == 200

    told = await status(client, receipt)

    assert told["status"] == "received"
    assert [line["what"] for line in told["progress"]["history"]] == ["received"]
    assert "Inga skäl" not in str(told)
    assert told["progress"]["decision"] is None


async def test_the_status_tells_that_there_is_a_decision(client, staff, receipt):
    chief = staff("unit-head", subject="bo", name="Bo Berg", units=["halsoskydd"])
    content = {"outcome": "no_action", "reasons": "Inga skäl.", "legal_basis": ["26 kap. 9 § miljöbalken"]}
    decided = await take(client, chief, receipt, "decisions", {"decision": content})
    assert decided.status_code == 200, decided.text

    told = await status(client, receipt)

    assert (told["status"], told["progress"]["decision"]["outcome"]) == ("decided", "no_action")
    assert told["progress"]["clock"] is None


async def test_without_the_secret_nothing_is_done(client, asked):
    stranger = {**asked, "secret": "wrong"}

    for what, form in (("supplements", ANSWER), ("messages", {"text": "Hej!"}), ("withdrawal", None)):
        response = await do(client, stranger, what, form)

        assert (response.status_code, response.json()["code"]) == (404, "UnknownApplication")
    assert (await status(client, asked))["status"] == "awaiting_supplement"
