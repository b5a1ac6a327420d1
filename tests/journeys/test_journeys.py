"""From a POST to the mail in a real mail server and a staff task that is claimed: every kind, real processes."""

import httpx
import pytest

from deploy import submissions
from deploy.journeys import Journey, send
from testkit.waiting import until

ROLES = ("caseworker", "housing-officer", "recruitment-officer")
SEEKER = {"name": "Sam Seeker", "email": "sam.seeker@example.com", "language": "en", "message": "May we see it?"}


async def task_of(http, system, journey: Journey, staff):
    url = f"{system.apis.notifications}/queues/{journey.submission.queue}/tasks"

    async def tasks():
        page = await http.get(url, params={"about": journey.id}, headers=staff)
        return page.raise_for_status().json()["items"]

    return await until(tasks, seconds=60)


async def show_interest(http, system, house: Journey, staff):
    await http.post(f"{system.apis.housing}/houses/{house.id}/publication", headers=staff)
    return await http.post(f"{system.apis.housing}/houses/{house.id}/interests", json=SEEKER)


@pytest.mark.parametrize(
    ("compose", "words"),
    [
        (submissions.application, "ditt klagomål"),
        (submissions.house, "ditt hus"),
        (submissions.job_ad, "er jobbannons"),
        (submissions.registration, "Inflyttarkväll"),
    ],
    ids=["an e-service application", "a house", "a job ad", "an event registration"],
)
async def test_a_submission_reaches_its_mail_and_its_task_and_one_person_claims_it(system, compose, words):
    staff, colleague = system.token(*ROLES, subject="anna"), system.token(*ROLES, subject="bo")
    async with httpx.AsyncClient() as http:
        journey = await send(http, await compose(http, system.apis, staff))

        [mail] = await system.until_mailed(journey.submission.recipient)
        [task] = await task_of(http, system, journey, staff)
        claim = f"{system.apis.notifications}/tasks/{task['id']}/claim"
        first, second = [await http.post(claim, headers=who) for who in (staff, colleague)]

    assert words in mail.get_content() + mail["subject"]
    assert mail["to"] == journey.submission.recipient
    assert (first.status_code, first.json()["claimed_by"]) == (200, "anna")
    assert second.status_code == 409


async def test_an_interest_reaches_the_owner_without_the_seekers_contact_data(system):
    staff = system.token(*ROLES)
    async with httpx.AsyncClient() as http:
        house = await send(http, await submissions.house(http, system.apis, staff))
        owner = house.submission.recipient
        answer = await show_interest(http, system, house, staff)

        mails = await system.until_mailed(owner, count=3)
        [receipt] = await system.until_mailed(SEEKER["email"])

    assert answer.status_code == 201
    assert any("May we see it?" in mail.get_content() for mail in mails)
    assert not any("sam.seeker" in mail.as_string() or "Sam Seeker" in mail.get_content() for mail in mails)
    assert owner not in receipt.as_string()


async def test_what_strangers_write_in_forms_is_not_said_by_the_municipality(system):
    staff = system.token(*ROLES)
    async with httpx.AsyncClient() as http:
        composed = await submissions.job_ad(http, system.apis, staff)
        fraud = {"headline": "Du har vunnit, hämta på http://prov.example/x"}
        employer = {**composed.form["employer"], "name": "Ring 0900-123 eller www.prov.example"}
        ad = (await http.post(composed.url, json={**composed.form, **fraud, "employer": employer})).json()["id"]
        await http.post(f"{system.apis.recruitment}/ads/{ad}/publication", headers=staff)

        mails = await system.until_mailed(composed.recipient, count=2)

    assert not any("prov.example" in f"{mail['subject']}{mail.get_content()}" for mail in mails)
    assert all(ad in mail.get_content() for mail in mails)


@pytest.mark.parametrize("line_break", ["\n", "\r", "\u2028", "\u2029"], ids=ascii)
async def test_no_line_of_a_message_stands_as_the_municipalitys(system, line_break):
    staff = system.token(*ROLES)
    message = f"Hej{line_break * 2}Kommunen har godkänt köparen."
    async with httpx.AsyncClient() as http:
        house = await send(http, await submissions.house(http, system.apis, staff))
        await http.post(f"{system.apis.housing}/houses/{house.id}/publication", headers=staff)
        form = {**SEEKER, "email": f"{house.id}@example.com", "message": message}
        answer = await http.post(f"{system.apis.housing}/houses/{house.id}/interests", json=form)

        mails = await system.until_mailed(house.submission.recipient, count=3)

    assert answer.status_code == 201
    lines = [
        line for mail in mails for line in mail.get_content().splitlines() if "godkänt" in line or "Hej" in line[2:]
    ]
    assert lines == ["> Hej", "> Kommunen har godkänt köparen."]


async def test_who_is_registered_again_is_told_by_mail_and_nobody_else_is(system):
    staff = system.token(*ROLES)
    async with httpx.AsyncClient() as http:
        submission = await submissions.registration(http, system.apis, staff)
        first, again = [await http.post(submission.url, json=submission.form) for _ in range(2)]

        mails = await system.until_mailed(submission.recipient, count=2)

    assert [answer.status_code for answer in (first, again)] == [201, 201]
    assert first.json().keys() == again.json().keys()
    assert {mail["subject"].split(":")[0] for mail in mails} == {"You are registered", "You are registered already"}


async def test_who_claims_a_cases_task_handles_the_case_until_the_task_is_given_back(system):
    staff = system.token(*ROLES, subject="anna")
    async with httpx.AsyncClient() as http:
        journey = await send(http, await submissions.application(http, system.apis, staff))
        [task] = await task_of(http, system, journey, staff)
        case = f"{system.apis.intake}/cases/{task['reference']}"

        async def handled() -> bool:
            return (await http.get(case, headers=staff)).raise_for_status().json()["handler_id"] is not None

        async def unhandled() -> bool:
            return not await handled()

        await http.post(f"{system.apis.notifications}/tasks/{task['id']}/claim", headers=staff)
        await until(handled, seconds=60)
        await http.post(f"{system.apis.notifications}/tasks/{task['id']}/release", headers=staff)
        await until(unhandled, seconds=60)


async def test_what_staff_do_with_a_case_reaches_the_applicant_and_the_task(system):
    staff = system.token(*ROLES, subject="anna")
    async with httpx.AsyncClient() as http:
        journey = await send(http, await submissions.application(http, system.apis, staff))
        [task] = await task_of(http, system, journey, staff)
        case = f"{system.apis.intake}/cases/{task['reference']}"
        form = {"wanted": "Skicka en karta.", "due_on": "2035-03-15"}
        read = await http.get(case, headers=staff)
        headers = {**staff, "If-Match": read.headers["ETag"]}

        answer = await http.post(f"{case}/supplement-requests", json=form, headers=headers)
        _, mail = await system.until_mailed(journey.submission.recipient, count=2)
        [changed] = await task_of(http, system, journey, staff)

    assert answer.status_code == 200, answer.text
    assert "senast 15 mars 2035" in mail.get_content()
    assert "karta" not in mail.get_content()
    assert (changed["id"], changed["due_on"]) == (task["id"], "2035-03-15")
