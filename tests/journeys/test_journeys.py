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
    assert "May we see it?" in mails[-1].get_content() or any("May we see it?" in mail.get_content() for mail in mails)
    assert not any("sam.seeker" in mail.as_string() or "Sam Seeker" in mail.get_content() for mail in mails)
    assert owner not in receipt.as_string()
