"""The applicant opens a decision and confirms it, and it is final when its time is over."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import select

from eservice_intake.cases.models import Case
from eservice_intake.decisions.models import Decision
from shared.clock import SWEDEN
from shared.events import DecisionControlled, DecisionFinal, DecisionServed

from .cases import ANONYMOUS, secret_of, shown, take
from .decisions import APPEAL, CONTENT, MORNING, clock_strikes, decisions_of, kinds
from .pdfs import words_of


async def test_that_a_decision_was_opened_is_kept_once(client, clock, database, decided):
    path, opened_at = f"/applications/{decided['reference']}/decision", MORNING + timedelta(hours=1)
    for clock.at in (opened_at, opened_at + timedelta(hours=1)):
        await client.get(path, headers=secret_of(decided))

    async with database.reading() as session:
        [decision] = await session.exec(select(Decision).where(Decision.case_id == UUID(decided["id"])))
    assert decision.opened_at == opened_at


async def test_the_applicant_opens_the_decision_and_confirms_it(client, decided, published):
    opened = await client.get(f"/applications/{decided['reference']}/decision", headers=secret_of(decided))
    confirmed = await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))

    assert opened.json()["reasons"] == CONTENT["reasons"]
    assert decided["reference"] == opened.json()["reference"]
    assert opened.json()["diary_number"] in opened.json()["how_to_appeal"]
    assert "proposed_by_name" not in opened.json()
    assert (confirmed.json()["served_on"], confirmed.json()["appeal_until"]) == ("2026-11-26", "2026-12-17")
    event = (await published.fetch())[-1]
    assert isinstance(event, DecisionServed)
    assert event.appeal_until == date(2026, 12, 17)


async def test_nobody_opens_a_decision_without_the_secret(client, decided):
    path = f"/applications/{decided['reference']}/decision"

    answers = [await client.get(path), await client.post(f"{path}/receipt"), await client.get(f"{path}/pdf")]
    answers.append(await client.post(f"/applications/{decided['reference']}/appeals", json=APPEAL))

    assert {answer.status_code for answer in answers} == {404}
    assert "Bullret" not in "".join(answer.text for answer in answers)


async def test_before_it_is_decided_there_is_no_decision_to_open(client, anna, complaint):
    await take(client, anna, complaint, "proposals", CONTENT)

    answer = await client.get(f"/applications/{complaint['reference']}/decision", headers=secret_of(complaint))

    assert (answer.status_code, answer.json()["code"]) == (404, "NoDecision")


async def test_a_receipt_on_paper_is_registered_with_its_day(client, anna, decided, clock):
    clock.at = MORNING + timedelta(5)

    early = await take(client, anna, decided, "decision-receipt", {"served_on": "2026-11-25"})
    answer = await take(client, anna, decided, "decision-receipt", {"served_on": "2026-11-27"})

    assert early.status_code == 422
    assert answer.json()["appeal_until"] == "2026-12-18"


async def test_a_served_decision_is_final_when_three_weeks_have_passed(
    client, anna, decided, database, published, clock
):
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))

    await clock_strikes(database, datetime(2026, 12, 17, 23, 0, tzinfo=SWEDEN))
    before = (await shown(client, anna, decided))["status"]
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))
    await clock_strikes(database, datetime(2026, 12, 19, 8, 0, tzinfo=SWEDEN))

    assert (before, (await shown(client, anna, decided))["status"]) == ("decided", "final")
    assert (await kinds(published)).count(DecisionFinal) == 1


async def test_simplified_service_sends_a_control_message_and_counts_two_weeks(
    client, anna, complaint, database, published
):
    form = {"decision": CONTENT, "service": "simplified"}
    made = (await take(client, anna, complaint, "decisions", form)).json()

    await clock_strikes(database, datetime(2026, 11, 27, 8, 0, tzinfo=SWEDEN))
    await clock_strikes(database, datetime(2026, 11, 28, 8, 0, tzinfo=SWEDEN))

    assert (made["served_on"], made["appeal_until"]) == ("2026-12-10", "2027-01-04")
    [event] = [event for event in await published.fetch() if isinstance(event, DecisionControlled)]
    assert event.sent_on == date(2026, 11, 26)


async def test_the_applicant_is_told_of_simplified_service_on_the_receipt_and_in_the_status(client, complaint):
    status = await client.get(f"/applications/{complaint['reference']}?language=en", headers=secret_of(complaint))

    assert "förenklad delgivning" in complaint["service_notice"]
    assert "simplified service" in status.json()["progress"]["service_notice"]


async def test_who_was_not_told_of_simplified_service_is_not_served_so(client, anna, complaint, database):
    async with database.transaction() as tx:
        case = (await tx.exec(select(Case).where(Case.reference == complaint["reference"]))).one()
        case.told_of_service = False
        tx.add(case)

    refused = await take(client, anna, complaint, "decisions", {"decision": CONTENT, "service": "simplified"})

    assert (refused.status_code, refused.json()["violations"][0]["code"]) == (422, "not_told")


async def test_an_anonymous_sender_cannot_be_served_by_mail(client, anna, clock):
    form = {"eservice": "klagomal-olagenhet", "answers": ANONYMOUS}
    anonymous = (await client.post("/applications", json=form)).json()

    refused = await take(client, anna, anonymous, "decisions", {"decision": CONTENT, "service": "simplified"})

    assert (refused.status_code, refused.json()["violations"][0]["code"]) == (422, "no_contact")
    assert anonymous["service_notice"] is None


async def test_the_decision_is_a_pdf_in_the_language_of_its_reader(client, anna, decided):
    path = f"/applications/{decided['reference']}/decision/pdf"

    swedish = await client.get(path, headers=secret_of(decided), params={"language": "sv"})
    english = await client.get(path, headers=secret_of(decided), params={"language": "en"})
    of_staff = await client.get(f"/cases/{decided['reference']}/decisions/1/pdf", headers=anna)

    assert swedish.headers["content-type"] == "application/pdf"
    assert "Bullret ligger under riktvärdena." in words_of(swedish.content)
    assert "Anna Ek, enligt delegation 1.1" in words_of(swedish.content)
    assert "How to appeal" in words_of(english.content)
    assert words_of(of_staff.content) == words_of(swedish.content)


async def test_a_copy_of_the_application_is_a_pdf(client, complaint):
    path = f"/applications/{complaint['reference']}/copy"

    answer = await client.get(path, headers=secret_of(complaint))

    assert "Fläkten på taket låter hela natten." in words_of(answer.content)
    assert (await client.get(path)).status_code == 404


async def test_a_receipt_on_paper_never_shortens_the_time_that_was_told(client, anna, complaint, clock):
    await take(client, anna, complaint, "decisions", {"decision": CONTENT, "service": "simplified"})

    refused = await take(client, anna, complaint, "decision-receipt", {"served_on": "2026-11-26"})

    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyServed")
    assert (await decisions_of(client, anna, complaint))[0]["appeal_until"] == "2027-01-04"
