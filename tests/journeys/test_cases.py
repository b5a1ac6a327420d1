"""From a received application to a decision that holds, with real processes."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlmodel import select

from bus.process import Liveness
from deploy.casework import APPROVAL, Clerk, pass_time, restaurant, send_in
from deploy.submissions import complaint
from eservice_intake.app import DUES
from eservice_intake.clock.process import Clock
from eservice_intake.decisions.models import Decision
from shared.clock import SWEDEN
from shared.database import Database
from testkit.waiting import until

TODAY = datetime.now(SWEDEN).date()
SOON = (TODAY + timedelta(days=14)).isoformat()
REPORTED = {
    "orgnr",
    "company_name",
    "contact_name",
    "contact_email",
    "contact_phone",
    "company_address",
    "property_designation",
    "invoice_same_as_applicant",
    "declaration",
}
NO_ACTION = {**APPROVAL, "outcome": "no_action", "reasons": "Bullret ligger under riktvärdena."}


def somebody(name: str) -> str:
    return f"{name}.{uuid4().hex[:12]}@example.com"


@pytest.fixture
async def clock(system):
    """A clock of its own over the system's database, which is told what time it is."""
    settings = system.settings("eservice-intake")
    database = Database(settings)
    yield Clock(settings, database, Liveness(), DUES)
    await database.close()


@pytest.fixture
async def http():
    async with httpx.AsyncClient(timeout=30) as http:
        yield http


@pytest.fixture
def anna(system, http) -> Clerk:
    return Clerk(http, system.apis, system.token("caseworker", subject="anna"))


@pytest.fixture
def chief(system, http) -> Clerk:
    return Clerk(http, system.apis, system.token("caseworker", "unit-head", subject="bo"))


async def file_sent(system, http, name: str) -> str:
    """The id of a file that was sent ahead."""
    sent = await http.post(f"{system.apis.intake}/attachments", files={"file": (name, b"%PDF-1.7 " + name.encode())})
    return sent.raise_for_status().json()["id"]


async def a_complaint(system, http):
    """An applicant who complains about noise, and their address."""
    recipient = somebody("klagande")
    form = complaint(recipient)
    return await send_in(http, system.apis, form["eservice"], form["answers"]), recipient


async def subjects(system, recipient: str, count: int) -> list[str]:
    """The subjects of the recipient's mails, once there are so many."""
    return [mail["subject"] for mail in await system.until_mailed(recipient, count)]


async def task(clerk: Clerk, queue: str, case_id: str):
    return await until(lambda: clerk.task(queue, case_id), seconds=60)


async def without_task(clerk: Clerk, queue: str, case_id: str) -> None:
    async def is_gone() -> bool:
        return await clerk.task(queue, case_id) is None

    await until(is_gone, seconds=60)


async def handled_by(clerk: Clerk, reference: str) -> str:
    async def handler():
        return (await clerk.read(reference))["handler_id"]

    return await until(handler, seconds=60)


async def test_a_restaurant_goes_from_received_to_final(system, http, anna, chief, clock):
    recipient = somebody("krog")
    applicant = await send_in(http, system.apis, "livsmedel-registrering", restaurant(recipient), system.resident())
    reference, case_id = applicant.reference, applicant.receipt["id"]

    await anna.claim(await task(anna, "livsmedel", case_id))
    assert await handled_by(anna, reference)
    await anna.take(reference, "supplement-requests", {"wanted": "En planritning.", "due_on": SOON})
    asked = await applicant.look()
    await applicant.do("supplements", {"text": "Köket är 20 kvadratmeter."})
    await anna.take(reference, "completion", {})
    await anna.take(reference, "proposals", APPROVAL)
    await chief.take(reference, "decisions", {})
    decision = await applicant.look("/decision")
    await applicant.do("decision/receipt")
    await pass_time(clock, timedelta(weeks=4))

    assert "planritning" in str(asked)
    assert decision["outcome"] == "approved"
    assert (await anna.read(reference))["status"] == "final"
    mails = await system.until_mailed(recipient, count=5)
    assert all(reference in f"{mail['subject']} {mail.get_content()}" for mail in mails if not mail.is_multipart())
    await without_task(anna, "livsmedel", case_id)


async def test_an_anonymous_complaint_is_closed_and_only_its_secret_opens_it(system, http, anna):
    answers = {**complaint(somebody("x"))["answers"], "anonymous": True}
    del answers["complainant_email"]
    applicant = await send_in(http, system.apis, "klagomal-olagenhet", answers)

    case = await anna.read(applicant.reference)
    await anna.take(applicant.reference, "closure")

    assert case["sender"] is None
    assert (await applicant.look())["status"] == "closed"


async def test_a_case_that_is_withdrawn_has_no_task(system, http, anna):
    applicant, recipient = await a_complaint(system, http)
    await task(anna, "halsoskydd", applicant.receipt["id"])

    await applicant.do("withdrawal")

    await without_task(anna, "halsoskydd", applicant.receipt["id"])
    assert (await anna.read(applicant.reference))["status"] == "withdrawn"
    assert len(await system.until_mailed(recipient, count=2)) == 2


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


async def test_a_case_that_is_moved_has_its_task_in_the_other_queue(system, http, anna):
    applicant, _ = await a_complaint(system, http)
    case_id = applicant.receipt["id"]
    await task(anna, "halsoskydd", case_id)

    await anna.take(applicant.reference, "move", {"unit": "miljoskydd"})

    await task(anna, "miljoskydd", case_id)
    await without_task(anna, "halsoskydd", case_id)


async def test_an_owner_signs_what_a_contractor_filled_in_and_it_is_a_case_then(system, http, anna):
    contractor, owner = somebody("borrare"), somebody("agare")
    filled_in = await send_in(
        http, system.apis, "varmepump", await heat_pump(system, http, contractor, owner), system.resident()
    )
    [mail] = await system.until_mailed(owner)
    path, secret = re.search(r"(/signatures/[0-9a-f-]+)#(\S+)", mail.get_content()).groups()
    link = {"X-Application-Secret": secret}

    read = await http.get(f"{system.apis.intake}{path}", headers=link)
    signed = await http.post(f"{system.apis.intake}{path}/signature", headers=link)

    assert "Nibe" in read.raise_for_status().text
    assert signed.raise_for_status().json()["reference"] == filled_in.reference
    assert (await anna.read(filled_in.reference))["status"] == "received"
    assert len(await system.until_mailed(contractor, count=1)) >= 1


async def heat_pump(system, http, contractor: str, owner: str) -> dict[str, Any]:
    """A heat pump in a lake, as a contractor fills it in."""
    return {
        "site_plan": await file_sent(system, http, "plan.pdf"),
        "applicant_name": "Kerstin Krog",
        "applicant_email": contractor,
        "applicant_phone": "070-174 06 05",
        "applicant_address": {"street": "Storgatan 1", "postal_code": "831 30", "city": "Östersund"},
        "property_designation": "Odensala 1:23",
        "invoice_same_as_applicant": True,
        "filled_by": "contractor",
        "signer_name": "Kerstin Krog",
        "signer_email": owner,
        "heat_source": "sjo",
        "water_protection_area": False,
        "manufacturer": "Nibe",
        "model": "S1255",
        "power_output_kw": 12,
        "heat_transfer_fluid": "etanol",
        "collector_length_m": 300,
        "distance_boundary_m": 20,
        "declaration": True,
    }


async def test_who_has_sent_in_a_yearly_report_is_reminded_of_the_next(system, http, anna, clock):
    recipient = somebody("kyla")
    report = await send_in(
        http, system.apis, "koldmedierapport", await refrigerants(system, http, recipient), system.resident()
    )
    await anna.take(report.reference, "closure")

    await pass_time(clock, date(TODAY.year + 1, 4, 15) - TODAY)

    assert any(subject.startswith("Dags för årets rapport") for subject in await subjects(system, recipient, 3))


async def refrigerants(system, http, recipient: str) -> dict[str, Any]:
    """Last year's report of refrigerants."""
    company = {name: answer for name, answer in restaurant(recipient).items() if name in REPORTED}
    unit = {
        "designation": "KA1",
        "refrigerant": "R-134a",
        "charge_kg": 20,
        "gwp": 1430,
        "co2e_tonnes": 28.6,
        "refilled_kg": 0,
        "recovered_kg": 0,
    }
    return {
        **company,
        "report_year": TODAY.year - 1,
        "matter": "arsrapport",
        "units": [unit],
        "certified_company": "Kyl AB",
        "technician_certificates": "1234",
        "leak_occurred": False,
        "report_file": await file_sent(system, http, "rapport.pdf"),
    }
