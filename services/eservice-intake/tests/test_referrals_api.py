"""Somebody else is asked for an opinion."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlmodel import select

from shared.clock import now
from shared.tables import AuditEntry

from .cases import received, shown, take
from .files import send_file
from .referrals import QUESTION, SOON, link, links


async def asked(client, anna, published):
    """The receipt of a case on which somebody else is asked, and the event that says so."""
    receipt = await received(client)
    response = await take(client, anna, receipt, "referrals", QUESTION)
    assert response.status_code == 200, response.text
    return receipt, (await published.fetch())[-1]


async def test_the_event_names_the_other_party_by_an_id_alone(client, anna, published):
    _, event = await asked(client, anna, published)

    assert isinstance(event.party_contact_id, UUID)
    assert event.due_on.isoformat() == SOON
    assert "brand" not in event.model_dump_json()


async def test_the_other_party_reads_the_case_by_the_link(client, anna, published, database):
    _, event = await asked(client, anna, published)

    response = await client.get(f"/referrals/{event.referral_id}", headers=await link(database, event))

    assert response.status_code == 200, response.text
    assert response.json()["question"] == "Finns det hinder?"
    assert "Fläkten på taket" in response.text


async def test_the_other_party_opens_the_files_of_the_case_until_it_is_confidential(client, anna, published, database):
    file = await send_file(client, b"%PDF-1.7 a log", "logg.pdf")
    receipt = await received(client, diary=[file])
    await take(client, anna, receipt, "referrals", QUESTION)
    event = (await published.fetch())[-1]
    path, secret = f"/referrals/{event.referral_id}", await link(database, event)

    [named] = (await client.get(path, headers=secret)).json()["attachments"]
    fetched = await client.get(f"{path}/attachments/{file}", headers=secret)
    stranger = await client.get(f"{path}/attachments/{file}", headers={"X-Application-Secret": "x"})
    await take(client, anna, receipt, "secrecy", {"confidential": True})
    closed = await client.get(f"{path}/attachments/{file}", headers=secret)

    assert (named["id"], named["filename"], fetched.content) == (file, "logg.pdf", b"%PDF-1.7 a log")
    assert (stranger.status_code, closed.status_code in (404, 410)) == (404, True)


async def test_the_opinion_is_shown_to_the_handler(client, anna, published, database):
    receipt, event = await asked(client, anna, published)

    await client.post(
        f"/referrals/{event.referral_id}/opinion", json={"text": "Nej."}, headers=await link(database, event)
    )

    case = await shown(client, anna, receipt)
    assert [(one["party_name"], one["opinion"]) for one in case["referrals"]] == [("Räddningstjänsten", "Nej.")]
    assert [step["step"] for step in case["timeline"]] == ["request_opinion", "receive_opinion"]
    assert (await published.fetch())[-1].referral_id == event.referral_id


async def test_the_timeline_names_no_other_party_and_so_may_stay_when_the_case_is_anonymised(
    client, anna, published, database
):
    receipt, event = await asked(client, anna, published)

    await client.post(
        f"/referrals/{event.referral_id}/opinion", json={"text": "Nej."}, headers=await link(database, event)
    )

    timeline = (await shown(client, anna, receipt))["timeline"]
    assert [step["details"]["referral"] for step in timeline] == [str(event.referral_id)] * 2
    assert [step["by_name"] for step in timeline] == ["Anna Ek", "den som fick länken"]
    assert "Räddningstjänsten" not in str(timeline)


async def test_an_opinion_is_given_once(client, anna, published, database):
    _, event = await asked(client, anna, published)
    path, secret = f"/referrals/{event.referral_id}/opinion", await link(database, event)
    await client.post(path, json={"text": "Nej."}, headers=secret)

    response = await client.post(path, json={"text": "Jo."}, headers=secret)

    assert (response.status_code, response.json()["code"]) == (409, "AlreadyAnswered")


async def test_without_the_link_nothing_is_told(client, anna, published):
    _, event = await asked(client, anna, published)

    response = await client.get(f"/referrals/{event.referral_id}", headers={"X-Application-Secret": "x"})

    assert (response.status_code, response.json()["code"]) == (404, "UnknownReferral")


async def test_a_mail_that_is_sent_again_has_a_link_that_works_beside_the_first(client, anna, published, database):
    _, event = await asked(client, anna, published)
    links = [await link(database, event) for _ in range(2)]

    answers = [await client.get(f"/referrals/{event.referral_id}", headers=secret) for secret in links]

    assert [answer.status_code for answer in answers] == [200, 200]


async def test_an_opinion_is_not_asked_for_in_a_closed_case(client, anna):
    receipt = await received(client)
    await take(client, anna, receipt, "closure")

    response = await take(client, anna, receipt, "referrals", QUESTION)

    assert (response.status_code, response.json()["code"]) == (409, "WrongState")


async def read(client, event, secret):
    response = await client.get(f"/referrals/{event.referral_id}", headers=secret)
    return response.status_code, response.json().get("code")


async def test_that_the_other_party_reads_the_case_is_audited(client, anna, published, database):
    _, event = await asked(client, anna, published)

    await read(client, event, await link(database, event))

    async with database.reading() as session:
        [entry] = await session.exec(select(AuditEntry).where(AuditEntry.action == "read referred case"))
    assert (entry.who, entry.details["referral"]) == ("party", str(event.referral_id))


@pytest.mark.parametrize(
    ("step", "form", "code"), [("secrecy", {"confidential": True}, "NotShown"), ("closure", None, "WrongState")]
)
async def test_the_link_does_not_outlive_secrecy_or_the_case(client, anna, published, database, step, form, code):
    receipt, event = await asked(client, anna, published)
    secret = await link(database, event)
    await take(client, anna, receipt, step, form)

    answered = await client.post(f"/referrals/{event.referral_id}/opinion", json={"text": "Nej."}, headers=secret)

    assert await read(client, event, secret) == (410, "NotShown")
    assert answered.json()["code"] == code


@pytest.fixture
def hans(staff):
    return staff("unit-head", subject="hans", units=["halsoskydd"])


async def was_confidential(client, headers, receipt):
    """The case was so for a while."""
    for confidential in (True, False):
        assert (await take(client, headers, receipt, "secrecy", {"confidential": confidential})).status_code == 200


async def test_a_link_does_not_show_the_case_again_when_its_secrecy_is_lifted(client, hans, published, database):
    receipt, event = await asked(client, hans, published)
    secret = await link(database, event)

    await was_confidential(client, hans, receipt)

    answered = await client.post(f"/referrals/{event.referral_id}/opinion", json={"text": "Nej."}, headers=secret)
    assert await read(client, event, secret) == (410, "NotShown")
    assert answered.json()["code"] == "NotShown"
    assert await links(database, event) == [], "and a mail that waits is not sent"


async def test_who_is_asked_anew_after_the_secrecy_is_lifted_has_a_link_that_works(client, hans, published, database):
    receipt, _ = await asked(client, hans, published)
    await was_confidential(client, hans, receipt)

    await take(client, hans, receipt, "referrals", QUESTION)
    event = (await published.fetch())[-1]

    assert await read(client, event, await link(database, event)) == (200, None)


@pytest.mark.parametrize(
    ("language", "page"),
    [({}, "/remisser/"), ({"language": "sv"}, "/remisser/"), ({"language": "en"}, "/en/remisser/")],
)
async def test_the_other_party_is_written_to_and_reads_in_the_language_they_were_given(
    client, internal_client, anna, staff, published, language, page
):
    receipt = await received(client)
    await take(client, anna, receipt, "referrals", {**QUESTION, **language})
    event = (await published.fetch())[-1]
    wanted = {"contacts": [str(event.party_contact_id)], "texts": [str(event.referral_id)]}

    found = (await internal_client.post("/contacts/lookup", json=wanted, headers=staff("contact-reader"))).json()

    assert found["contacts"][str(event.party_contact_id)]["language"] == language.get("language", "sv")
    assert page in found["texts"][str(event.referral_id)]["link"]


@pytest.fixture
def clock(app):
    """What time it is: `clock.at` may be moved."""
    clock, running = SimpleNamespace(at=now()), app.state.clock
    app.state.clock = lambda: clock.at
    yield clock
    app.state.clock = running


async def test_the_link_works_for_a_month_after_the_last_day_to_answer(client, anna, published, database, clock):
    _, event = await asked(client, anna, published)
    secret = await link(database, event)

    clock.at += timedelta(days=14 + 30)
    in_time = await read(client, event, secret)
    clock.at += timedelta(days=1)

    assert (in_time, await read(client, event, secret)) == ((200, None), (410, "NotShown"))


async def test_no_opinion_is_asked_for_by_mail_on_a_confidential_case(client, anna, hans):
    receipt = await received(client)
    await take(client, anna, receipt, "secrecy", {"confidential": True})

    response = await take(client, hans, receipt, "referrals", QUESTION)

    assert (response.status_code, response.json()["code"]) == (409, "ConfidentialNotReferred")
