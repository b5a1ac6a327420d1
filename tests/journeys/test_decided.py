"""Decisions that applicants open, confirm and appeal against, with real processes."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from deploy.casework import APPROVAL, pass_time, send_in
from eservice_intake.decisions.models import Decision
from shared.database import Database

from .applicants import a_complaint, file_sent, somebody, subjects

NO_ACTION = {**APPROVAL, "outcome": "no_action", "reasons": "Ingenting behöver göras."}


async def oil_in_a_cellar(system, http, recipient: str):
    return {
        "applicant_email": recipient,
        "applicant_name": "Rut Alm",
        "applicant_phone": "070-174 06 05",
        "place": "Storgatan 1, i källaren",
        "property_designation": "Östersund Odensala 1:23",
        "discovered_at": "2026-05-01T09:00:00+02:00",
        "medium": "mark",
        "description": "Det luktar olja i källaren.",
        "acute": False,
        "map": await file_sent(system, http, "karta.pdf"),
    }


async def test_a_known_sender_is_mailed_the_copy_and_opens_the_decision(system, http, anna):
    recipient = somebody("rut")
    answers = await oil_in_a_cellar(system, http, recipient)
    applicant = await send_in(http, system.apis, "fororening-upplysning", answers, system.resident())
    [mail] = await system.until_mailed(recipient)

    decided = await anna.take(applicant.reference, "decisions", {"decision": NO_ACTION})
    paper = await applicant.paper("/decision/pdf")
    confirmed = await applicant.do("decision/receipt")

    text, copy = mail.iter_parts()
    assert "> Vad har du upptäckt? Det luktar olja i källaren." in text.get_content().replace("\r\n", "\n")
    assert (copy.get_content_type(), copy.get_content()[:5]) == ("application/pdf", b"%PDF-")
    assert decided["case_status"] == "decided"
    assert paper.startswith(b"%PDF-")
    assert confirmed["appeal_until"] is not None


async def decided(system, http, clerk):
    """An applicant who has confirmed a decision, and their address."""
    applicant, recipient = await a_complaint(system, http)
    await clerk.take(applicant.reference, "decisions", {"decision": NO_ACTION})
    await applicant.do("decision/receipt")
    return applicant, recipient


async def test_an_appeal_in_time_is_forwarded(system, http, anna, clock):
    applicant, recipient = await decided(system, http, anna)

    await applicant.do("appeals", {"text": "Det brummar fortfarande."})
    await anna.take(applicant.reference, "appeals/forwarding")
    await pass_time(clock, timedelta(weeks=4))

    assert (await anna.read(applicant.reference))["status"] == "forwarded"
    assert any("överklag" in subject.lower() for subject in await subjects(system, recipient, 4))


async def test_an_appeal_that_is_too_late_is_dismissed_by_a_decision(system, http, anna, chief, clock):
    applicant, _ = await decided(system, http, anna)
    await made_earlier(system, applicant, timedelta(weeks=5))
    await pass_time(clock, timedelta(0))
    was = (await anna.read(applicant.reference))["status"]

    await applicant.do("appeals", {"text": "Det brummar fortfarande."})
    await chief.take(applicant.reference, "appeals/dismissal", {})

    assert was == "final"
    assert (await anna.read(applicant.reference))["status"] == "final"
    assert (await applicant.look("/decision"))["outcome"] == "dismissed"


async def made_earlier(system, applicant, by: timedelta) -> None:
    """Let the decision be made and served so much earlier."""
    database = Database(system.settings("eservice-intake"))
    async with database.transaction() as tx:
        decisions = await tx.exec(select(Decision).where(Decision.case_id == UUID(applicant.receipt["id"])))
        for one in decisions:
            one.decided_at, one.served_on = one.decided_at - by, one.served_on - by
            one.appeal_until, one.final_due_on = one.appeal_until - by, one.final_due_on - by
            tx.add(one)
    await database.close()
