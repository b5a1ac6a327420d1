"""A case is proposed, decided, served, appealed and final, by the API."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pypdf
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.attachments.models import Scan, StoredFile
from eservice_intake.cases.models import Case
from eservice_intake.decisions.due import DUE_DECISIONS
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.packages import package_of, sent
from shared.clock import SWEDEN
from shared.events import (
    AppealDismissed,
    AppealForwarded,
    AppealReceived,
    DecisionControlled,
    DecisionFinal,
    DecisionMade,
    DecisionProposed,
    DecisionRevoked,
    DecisionServed,
)
from shared.tables import AuditEntry

from .cases import COMPLAINT, received, shown, take

CONTENT = {
    "outcome": "no_action",
    "reasons": "Bullret ligger under riktvärdena.\n\nInga skäl att ingripa finns.",
    "legal_basis": ["miljöbalken 26 kap. 9 §"],
}
PERMIT = {**CONTENT, "outcome": "approved_with_conditions", "conditions": ["Brunnen ska tätas."], "fee": 7150}
APPEAL = {"text": "Jag överklagar beslutet."}
LOG = b"%PDF-1.7 " + b"ett dygn av buller " * 200_000
MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=SWEDEN)


@pytest.fixture
def clock(app):
    """What time it is: `clock.at` may be moved."""
    clock, running = SimpleNamespace(at=MORNING), app.state.clock
    app.state.clock = lambda: clock.at
    yield clock
    app.state.clock = running


@pytest.fixture
def anna(staff):
    return staff("caseworker", subject="anna", name="Anna Ek", units=["halsoskydd"])


@pytest.fixture
def chief(staff):
    return staff("unit-head", subject="bo", name="Bo Berg", units=["halsoskydd"])


@pytest.fixture
async def complaint(client, clock):
    return await received(client)


@pytest.fixture
async def decided(client, anna, complaint):
    answer = await take(client, anna, complaint, "decisions", {"decision": CONTENT})
    assert answer.status_code == 200, answer.text
    return complaint


def without_address():
    return {name: answer for name, answer in COMPLAINT.items() if name != "complainant_email"}


def secret_of(receipt):
    return {"X-Application-Secret": receipt["secret"]}


async def decisions_of(client, headers, receipt):
    return (await client.get(f"/cases/{receipt['reference']}/decisions", headers=headers)).json()["items"]


async def kinds(published):
    return [type(event) for event in await published.fetch()]


async def clock_strikes(database, at):
    """Everything of ours that is due by then, once."""
    for due in DUE_DECISIONS:
        async with database.reading() as session:
            ids = (await (await session.connection()).execute(due.first_ids(at, [], 100))).scalars().all()
        for row_id in ids:
            async with database.transaction() as tx:
                await due.do(tx, row_id, at)


async def test_a_caseworker_decides_what_is_delegated_to_them(client, anna, complaint, published):
    answer = await take(client, anna, complaint, "decisions", {"decision": CONTENT})

    [made] = await decisions_of(client, anna, complaint)
    assert (answer.json()["case_status"], answer.json()["delegation"]) == ("decided", "1.1")
    assert (made["decided_by_name"], made["outcome_text"]) == ("Anna Ek", "Ingen åtgärd")
    event = (await published.fetch())[-1]
    assert isinstance(event, DecisionMade)
    assert (event.outcome, event.appealable, event.encloses) == ("no_action", True, False)
    assert "Bullret" not in event.model_dump_json()


async def test_that_a_decision_was_opened_is_kept_once(client, clock, database, decided):
    path, opened_at = f"/applications/{decided['reference']}/decision", MORNING + timedelta(hours=1)
    for clock.at in (opened_at, opened_at + timedelta(hours=1)):
        await client.get(path, headers=secret_of(decided))

    async with database.reading() as session:
        [decision] = await session.exec(select(Decision).where(Decision.case_id == UUID(decided["id"])))
    assert decision.opened_at == opened_at


async def test_beyond_delegation_one_proposes_and_another_decides(
    client, anna, chief, complaint, published, monkeypatch
):
    refused = await take(client, anna, complaint, "decisions", {"decision": PERMIT})
    proposed = await take(client, anna, complaint, "proposals", PERMIT)
    made = await take(client, chief, complaint, "decisions", {})

    assert (refused.status_code, refused.json()["code"]) == (403, "BeyondDelegation")
    assert (proposed.json()["case_status"], proposed.json()["is_proposal"]) == ("proposed", True)
    assert (made.json()["case_status"], made.json()["delegation"]) == ("decided", "2.1")
    [decision] = await decisions_of(client, chief, complaint)
    assert (decision["proposed_by_name"], decision["decided_by_name"]) == ("Anna Ek", "Bo Berg")
    assert decision["conditions"] == ["Brunnen ska tätas."]
    assert (await kinds(published))[-2:] == [DecisionProposed, DecisionMade]


async def test_who_proposed_does_not_decide(client, chief, complaint):
    await take(client, chief, complaint, "proposals", CONTENT)

    refused = await take(client, chief, complaint, "decisions", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "FourEyes")


async def test_what_is_not_proposed_cannot_be_decided_as_proposed(client, anna, complaint):
    refused = await take(client, anna, complaint, "decisions", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "NothingProposed")


@pytest.mark.parametrize("changes", [{"conditions": ["Täta."]}, {"outcome": "approved_with_conditions"}])
async def test_conditions_go_with_their_outcome(client, anna, complaint, changes):
    refused = await take(client, anna, complaint, "decisions", {"decision": {**CONTENT, **changes}})

    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "conditions")


async def test_a_decided_case_is_not_decided_again(client, anna, decided):
    refused = await take(client, anna, decided, "decisions", {"decision": CONTENT})

    assert (refused.status_code, refused.json()["code"]) == (409, "WrongState")


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


async def test_an_anonymous_sender_cannot_be_served_by_mail(client, anna, clock):
    form = {"eservice": "klagomal-olagenhet", "answers": {**without_address(), "anonymous": True}}
    anonymous = (await client.post("/applications", json=form)).json()

    refused = await take(client, anna, anonymous, "decisions", {"decision": CONTENT, "service": "simplified"})

    assert (refused.status_code, refused.json()["violations"][0]["code"]) == (422, "no_contact")


async def test_a_changed_decision_keeps_the_old_one_readable(published, client, anna, decided):
    changed = {**CONTENT, "reasons": "Ny mätning visar samma sak."}

    answer = await take(client, anna, decided, "decision-changes", {"decision": changed})

    listed = await decisions_of(client, anna, decided)
    path, secret = f"/applications/{decided['reference']}/decision", secret_of(decided)
    latest, earlier = [await client.get(path, headers=secret, params=one) for one in ({}, {"number": 1})]
    assert (answer.json()["number"], answer.json()["is_in_force"]) == (2, True)
    assert [(one["number"], one["is_in_force"]) for one in listed] == [(1, False), (2, True)]
    assert (latest.json()["reasons"], earlier.json()["reasons"]) == (changed["reasons"], CONTENT["reasons"])
    events = [event for event in await published.fetch() if isinstance(event, DecisionMade)]
    assert events[1].replaces == events[0].decision_id


async def test_a_revoked_decision_opens_the_case_and_stays_readable(published, client, anna, decided):
    answer = await take(client, anna, decided, "revocation", {"reasons": "Mätaren var fel."})
    again = await take(client, anna, decided, "decisions", {"decision": CONTENT})

    assert (answer.json()["case_status"], answer.json()["is_in_force"]) == ("complete", False)
    assert (await decisions_of(client, anna, decided))[0]["revoked_because"] == "Mätaren var fel."
    assert again.json()["number"] == 2
    assert DecisionRevoked in await kinds(published)


async def test_an_appeal_in_time_is_forwarded_with_its_package(published, client, anna, decided, database):
    secret = secret_of(decided)
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret)

    appeal = await client.post(f"/applications/{decided['reference']}/appeals", json=APPEAL, headers=secret)
    package = await client.get(f"/cases/{decided['reference']}/appeals/package", headers=anna)
    late = await take(client, anna, decided, "appeals/dismissal", {})
    forwarded = await take(client, anna, decided, "appeals/forwarding")
    await clock_strikes(database, datetime(2027, 6, 1, 8, 0, tzinfo=SWEDEN))

    assert (appeal.json()["in_time"], appeal.json()["case_status"]) == (True, "appealed")
    assert (late.status_code, late.json()["code"]) == (409, "AppealInTime")
    assert forwarded.json()["forwarded_at"] is not None
    files = zipfile.ZipFile(io.BytesIO(package.content))
    assert sorted(files.namelist()) == ["ansokan.pdf", "arende.json", "beslut-1.pdf", "overklagande.pdf"]
    described = json.loads(files.read("arende.json"))
    assert described["appeals"][0]["text"] == APPEAL["text"]
    assert described["decisions"][0]["reasons"] == CONTENT["reasons"]
    assert (await shown(client, anna, decided))["status"] == "forwarded"
    told = await kinds(published)
    assert (AppealReceived in told, AppealForwarded in told, DecisionFinal in told) == (True, True, False)


async def appealed_with(client, database, anna, scan):
    """The receipt of a case with a file, a supplement, messages and an appeal."""
    log = await client.post("/attachments", files={"file": ("logg.pdf", LOG)})
    receipt = await received(client, diary=[log.json()["id"]])
    async with database.transaction() as tx:
        of_log = sa.update(StoredFile).where(col(StoredFile.size) == len(LOG))
        await (await tx.connection()).execute(of_log.values(scan=scan))
    secret, path = secret_of(receipt), f"/applications/{receipt['reference']}"
    await take(client, anna, receipt, "supplement-requests", {"wanted": "När låter den?", "due_on": "2026-12-20"})
    await client.post(f"{path}/supplements", json={"text": "Mest på natten."}, headers=secret)
    await client.post(f"{path}/messages", json={"text": "Hur går det?"}, headers=secret)
    await take(client, anna, receipt, "decisions", {"decision": CONTENT})
    await client.post(f"{path}/decision/receipt", headers=secret)
    appeal = await client.post(f"{path}/appeals", json=APPEAL, headers=secret)
    assert appeal.status_code == 200, appeal.text
    return receipt


async def packed(client, anna, receipt):
    """The package of the case, and what it says of the case."""
    answer = await client.get(f"/cases/{receipt['reference']}/appeals/package", headers=anna)
    assert answer.status_code == 200, answer.text
    package = zipfile.ZipFile(io.BytesIO(answer.content))
    return package, json.loads(package.read("arende.json"))


async def test_the_package_of_an_appeal_has_the_files_and_all_that_was_written(client, database, anna, clock):
    receipt = await appealed_with(client, database, anna, Scan.CLEAN)

    package, described = await packed(client, anna, receipt)

    [file] = described["attachments"]
    assert (file["filename"], package.read(file["path"])) == ("logg.pdf", LOG)
    assert [one["answer"] for one in described["supplements"]] == ["Mest på natten."]
    assert [one["text"] for one in described["messages"]] == ["Hur går det?"]
    assert package.testzip() is None


async def test_a_file_with_malware_is_named_in_the_package_and_not_in_it(client, database, anna, clock):
    receipt = await appealed_with(client, database, anna, Scan.INFECTED)

    package, described = await packed(client, anna, receipt)

    assert [(one["scan"], one["path"]) for one in described["attachments"]] == [("infected", None)]
    assert not [name for name in package.namelist() if name.startswith("bilagor/")]


async def test_a_package_waits_for_a_file_that_is_being_scanned(client, database, anna, clock, with_settings):
    receipt = await appealed_with(client, database, anna, Scan.PENDING)
    with_settings(clamav_url="tcp://127.0.0.1:3310")

    answer = await client.get(f"/cases/{receipt['reference']}/appeals/package", headers=anna)

    assert (answer.status_code, answer.json()["code"]) == (409, "NotScannedYet")


async def test_a_package_is_sent_as_it_is_made(client, database, anna, clock, app):
    receipt = await appealed_with(client, database, anna, Scan.CLEAN)
    async with database.transaction() as tx:
        case = (await tx.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
        package = await package_of(tx, case.id, app.state.settings)

    pieces = [piece async for piece in sent(package, app.state.storage)]

    assert max(map(len, pieces)) < len(LOG)


async def test_a_late_appeal_is_dismissed_by_a_decision_that_can_be_appealed(
    client, anna, decided, database, published, clock
):
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))
    clock.at = datetime(2026, 12, 21, 10, 0, tzinfo=SWEDEN)

    late = await take(client, anna, decided, "appeals", {**APPEAL, "received_on": "2026-12-18"})
    forwarded = await take(client, anna, decided, "appeals/forwarding")
    dismissed = await take(client, anna, decided, "appeals/dismissal", {})

    assert (late.json()["in_time"], late.json()["case_status"]) == (False, "appealed")
    assert (forwarded.status_code, forwarded.json()["code"]) == (409, "AppealIsLate")
    made = (await decisions_of(client, anna, decided))[1]
    assert (made["outcome"], made["appealable"], made["dismisses_appeal"]) == ("dismissed", True, True)
    assert ("2026-12-18" in made["reasons"], "2026-12-17" in made["reasons"]) == (True, True)
    assert (dismissed.json()["case_status"], AppealDismissed in await kinds(published)) == ("final", True)

    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    await clock_strikes(database, datetime(2027, 1, 12, 8, 0, tzinfo=SWEDEN))
    followed = await client.get(f"/applications/{decided['reference']}", headers=secret_of(decided))
    assert (await decisions_of(client, anna, decided))[1]["final_at"] is not None
    assert (await shown(client, anna, decided))["status"] == "final"
    assert (await kinds(published)).count(DecisionFinal) == 1
    assert followed.json()["progress"]["decision"]["number"] == 1


async def test_every_step_is_one_entry_of_the_timeline_the_audit_and_the_events(
    published, client, anna, decided, database
):
    secret = secret_of(decided)
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret)
    await client.post(f"/applications/{decided['reference']}/appeals", json=APPEAL, headers=secret)
    await take(client, anna, decided, "appeals/forwarding")

    timeline = [step["step"] for step in (await shown(client, anna, decided))["timeline"]]
    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry.action).order_by(AuditEntry.id))).all()
    assert timeline == ["decide", "serve", "appeal", "forward_appeal"]
    assert [entry for entry in entries if not entry.startswith("read")] == [
        "decide",
        "serve",
        "appeal",
        "forward appeal",
    ]
    assert (await kinds(published))[1:] == [DecisionMade, DecisionServed, AppealReceived, AppealForwarded]


async def test_the_decision_is_a_pdf_in_the_language_of_its_reader(client, anna, decided):
    path = f"/applications/{decided['reference']}/decision/pdf"

    swedish = await client.get(path, headers=secret_of(decided), params={"language": "sv"})
    english = await client.get(path, headers=secret_of(decided), params={"language": "en"})
    of_staff = await client.get(f"/cases/{decided['reference']}/decisions/1/pdf", headers=anna)

    assert swedish.headers["content-type"] == "application/pdf"
    assert "Bullret ligger under riktvärdena." in words_of(swedish)
    assert "Anna Ek, enligt delegation 1.1" in words_of(swedish)
    assert "How to appeal" in words_of(english)
    assert words_of(of_staff) == words_of(swedish)


async def test_a_case_shows_its_decisions_and_appeals(client, anna, decided):
    await client.post(f"/applications/{decided['reference']}/appeals", json=APPEAL, headers=secret_of(decided))

    case = await shown(client, anna, decided)

    assert [(one["number"], one["reasons"]) for one in case["decisions"]] == [(1, CONTENT["reasons"])]
    assert [(one["text"], one["in_time"]) for one in case["appeals"]] == [(APPEAL["text"], True)]


async def test_a_copy_of_the_application_is_a_pdf(client, complaint):
    path = f"/applications/{complaint['reference']}/copy"

    answer = await client.get(path, headers=secret_of(complaint))

    assert "Fläkten på taket låter hela natten." in words_of(answer)
    assert (await client.get(path)).status_code == 404


async def test_the_board_is_told_of_delegated_decisions_by_month(client, anna, staff, decided, clock):
    other = staff("caseworker", units=["avlopp"])

    november = await client.get("/decisions/delegated", headers=anna, params={"month": "2026-11"})
    december = await client.get("/decisions/delegated", headers=anna, params={"month": "2026-12"})
    elsewhere = await client.get("/decisions/delegated", headers=other, params={"month": "2026-11"})
    fenced = await client.get("/decisions/delegated", headers=other, params={"month": "2026-11", "unit": "halsoskydd"})

    [line] = november.json()["items"]
    assert (line["delegation"], line["outcome"], line["decided_by_name"]) == ("1.1", "no_action", "Anna Ek")
    assert (december.json()["items"], elsewhere.json()["items"]) == ([], [])
    assert fenced.status_code == 403


async def test_the_board_is_told_of_a_confidential_decision_without_what_it_says(client, anna, staff, decided, clock):
    await take(client, anna, decided, "secrecy", {"confidential": True})
    head = staff("unit-head", subject="head", units=["halsoskydd"])

    lists = [
        await client.get("/decisions/delegated", headers=headers, params={"month": "2026-11"})
        for headers in (anna, head)
    ]

    [hidden], [open_] = [response.json()["items"] for response in lists]
    assert (hidden["diary_number"], hidden["outcome"], hidden["decided_by_name"]) == (open_["diary_number"], None, None)
    assert open_["outcome"] == "no_action"


def words_of(answer):
    assert answer.status_code == 200, answer.text
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages).split())


@pytest.fixture
async def served(client, decided):
    """It can be appealed until the 17th of December."""
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    return decided


@pytest.fixture
async def final(database, served, clock):
    clock.at = datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN)
    await clock_strikes(database, clock.at)
    return served


async def appeal(client, receipt):
    return await client.post(f"/applications/{receipt['reference']}/appeals", json=APPEAL, headers=secret_of(receipt))


async def test_a_decided_case_is_closed_only_when_the_time_to_appeal_is_over(client, anna, served, database, clock):
    early = await take(client, anna, served, "closure")
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))
    closed = await take(client, anna, served, "closure")

    assert (early.status_code, early.json()["code"]) == (409, "WrongState")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")


async def test_an_appealed_case_is_closed_only_when_the_court_has_the_appeal(client, anna, served):
    await appeal(client, served)

    early = await take(client, anna, served, "closure")
    await take(client, anna, served, "appeals/forwarding")
    closed = await take(client, anna, served, "closure")

    assert (early.status_code, closed.status_code, closed.json()["status"]) == (409, 200, "closed")


async def test_a_late_appeal_to_a_closed_case_is_dismissed_by_a_decision_too(client, anna, final):
    await take(client, anna, final, "closure")

    late = await appeal(client, final)
    dismissed = await take(client, anna, final, "appeals/dismissal", {})

    assert (late.status_code, late.json()["in_time"], late.json()["case_status"]) == (200, False, "appealed")
    assert (dismissed.json()["case_status"], dismissed.json()["number"]) == ("final", 2)


async def test_a_closed_case_without_a_decision_is_not_appealed(client, anna, complaint):
    await take(client, anna, complaint, "closure")

    assert (await appeal(client, complaint)).json()["code"] == "NoDecision"


async def test_an_appeal_that_waits_is_about_the_changed_decision_and_is_still_forwarded(
    client, anna, served, database, clock
):
    await appeal(client, served)
    form = {"decision": {**CONTENT, "reasons": "Ny mätning."}, "service": "simplified"}

    changed = await take(client, anna, served, "decision-changes", form)
    await clock_strikes(database, datetime(2027, 6, 1, 8, 0, tzinfo=SWEDEN))
    forwarded = await take(client, anna, served, "appeals/forwarding")

    assert (changed.json()["case_status"], changed.json()["number"]) == ("appealed", 2)
    assert (forwarded.status_code, forwarded.json()["case_status"]) == (200, "forwarded")
    assert (await decisions_of(client, anna, served))[1]["final_at"] is None


async def test_a_decision_served_while_a_court_has_it_is_not_final(client, anna, decided, database, published, clock):
    await appeal(client, decided)
    await take(client, anna, decided, "appeals/forwarding")

    confirmed = await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    await clock_strikes(database, datetime(2027, 6, 1, 8, 0, tzinfo=SWEDEN))

    assert confirmed.status_code == 200
    assert (await shown(client, anna, decided))["status"] == "forwarded"
    assert (await decisions_of(client, anna, decided))[0]["final_at"] is None
    assert DecisionFinal not in await kinds(published)


async def test_a_decision_is_not_revoked_while_an_appeal_waits(client, anna, served):
    await appeal(client, served)

    refused = await take(client, anna, served, "revocation", {"reasons": "Fel ritning."})

    assert (refused.status_code, refused.json()["code"]) == (409, "WrongState")


async def test_a_decision_is_not_changed_while_a_late_appeal_waits(client, anna, final):
    await appeal(client, final)

    refused = await take(client, anna, final, "decision-changes", {"decision": CONTENT})

    assert (refused.status_code, refused.json()["code"]) == (409, "AppealWaits")


async def test_what_is_appealed_too_late_is_final_before_the_clock_has_come_to_it(
    client, anna, served, database, published, clock
):
    clock.at = datetime(2026, 12, 18, 1, 0, tzinfo=SWEDEN)

    late = await appeal(client, served)
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))

    timeline = [step["step"] for step in (await shown(client, anna, served))["timeline"]]
    assert (late.json()["in_time"], timeline) == (False, ["decide", "serve", "become_final", "appeal"])
    [event] = [event for event in await published.fetch() if isinstance(event, DecisionFinal)]
    assert event.outcome == "no_action"


async def test_a_late_appeal_leaves_the_case_with_the_court_that_has_another(client, anna, served, clock):
    await appeal(client, served)
    await take(client, anna, served, "appeals/forwarding")
    clock.at = datetime(2026, 12, 18, 9, 0, tzinfo=SWEDEN)

    late = await take(client, anna, served, "appeals", {**APPEAL, "received_on": "2026-12-18"})
    dismissed = await take(client, anna, served, "appeals/dismissal", {})

    assert (late.json()["in_time"], dismissed.json()["case_status"]) == (False, "forwarded")


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("decision-changes", {"decision": CONTENT}),
        ("revocation", {"reasons": "Fel ritning."}),
        ("appeals", {**APPEAL, "received_on": "2026-12-18"}),
    ],
)
async def test_a_case_that_is_taken_up_again_has_not_ended(client, anna, final, database, step, form):
    assert (await kept(database, final)).ended_at is not None

    answer = await take(client, anna, final, step, form)

    assert answer.status_code == 200, answer.text
    assert (await kept(database, final)).ended_at is None


async def test_a_dismissed_appeal_ends_the_case_again(client, anna, final, database, clock):
    await appeal(client, final)

    await take(client, anna, final, "appeals/dismissal", {})

    assert (await kept(database, final)).ended_at == clock.at


async def kept(database, receipt):
    async with database.reading() as session:
        return (await session.exec(select(Case).where(Case.reference == receipt["reference"]))).one()


async def test_a_receipt_on_paper_never_shortens_the_time_that_was_told(client, anna, complaint, clock):
    await take(client, anna, complaint, "decisions", {"decision": CONTENT, "service": "simplified"})

    refused = await take(client, anna, complaint, "decision-receipt", {"served_on": "2026-11-26"})

    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyServed")
    assert (await decisions_of(client, anna, complaint))[0]["appeal_until"] == "2027-01-04"


async def test_what_was_proposed_in_another_unit_is_decided_in_the_unit_that_the_case_has(
    client, anna, staff, complaint
):
    await take(client, anna, complaint, "proposals", CONTENT)
    await take(client, anna, complaint, "move", {"unit": "avlopp"})
    head = staff("unit-head", subject="eva", name="Eva Ås", units=["avlopp"])

    await take(client, head, complaint, "decisions", {})

    listed = await client.get("/decisions/delegated", headers=head, params={"month": "2026-11"})
    assert [line["unit"] for line in listed.json()["items"]] == ["avlopp"]


async def test_beyond_delegation_a_changed_decision_is_for_somebody_else(client, anna, decided):
    refused = await take(client, anna, decided, "decision-changes", {"decision": PERMIT})

    assert (refused.status_code, refused.json()["code"]) == (403, "BeyondDelegation")
    assert "öppet" in refused.json()["detail"]
