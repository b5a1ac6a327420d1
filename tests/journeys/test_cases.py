"""From a received application to its end, with real processes."""

import re
from datetime import date, timedelta

from deploy.casework import APPROVAL, Clerk, pass_time, restaurant, send_in
from deploy.submissions import complaint
from testkit.waiting import until

from .applicants import TODAY, a_complaint, heat_pump, refrigerants, somebody, subjects

SOON = (TODAY + timedelta(days=14)).isoformat()


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
    fee = await anna.take(reference, "fees", {})
    await anna.take(reference, "proposals", APPROVAL)
    await chief.take(reference, "decisions", {})
    decision = await applicant.look("/decision")
    await applicant.do("decision/receipt")
    await pass_time(clock, timedelta(weeks=4))

    assert "planritning" in str(asked)
    assert decision["outcome"] == "approved"
    assert (decision["fee"], decision["fee_lines"]) == (fee["amount"], fee["calculation"]["lines"])
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


async def test_the_mail_that_tells_of_the_end_of_a_case_is_known_to_have_arrived(system, http, anna):
    applicant, recipient = await a_complaint(system, http)

    await anna.take(applicant.reference, "closure")

    async def has_arrived() -> bool:
        return (await anna.read(applicant.reference))["end_mail"] == "delivered"

    await until(has_arrived, seconds=60)
    assert len(await system.until_mailed(recipient, count=2)) == 2


async def test_a_case_that_is_withdrawn_has_no_task(system, http, anna):
    applicant, recipient = await a_complaint(system, http)
    await task(anna, "halsoskydd", applicant.receipt["id"])

    await applicant.do("withdrawal")

    await without_task(anna, "halsoskydd", applicant.receipt["id"])
    assert (await anna.read(applicant.reference))["status"] == "withdrawn"
    assert len(await system.until_mailed(recipient, count=2)) == 2


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
    signature_id, secret = re.search(r"/underskrifter/([0-9a-f-]+)/(\S+)", mail.get_content()).groups()
    path, link = f"/signatures/{signature_id}", {"X-Application-Secret": secret}

    read = await http.get(f"{system.apis.intake}{path}", headers=link)
    signed = await http.post(f"{system.apis.intake}{path}/signature", headers=link)

    assert "Nibe" in read.raise_for_status().text
    assert signed.raise_for_status().json()["reference"] == filled_in.reference
    assert (await anna.read(filled_in.reference))["status"] == "received"
    assert len(await system.until_mailed(contractor, count=1)) >= 1


async def test_who_has_sent_in_a_yearly_report_is_reminded_of_the_next(system, http, anna, clock):
    recipient = somebody("kyla")
    report = await send_in(
        http, system.apis, "koldmedierapport", await refrigerants(system, http, recipient), system.resident()
    )
    await anna.take(report.reference, "closure")

    await pass_time(clock, date(TODAY.year + 1, 4, 15) - TODAY)

    assert any(subject.startswith("Dags för årets rapport") for subject in await subjects(system, recipient, 3))
