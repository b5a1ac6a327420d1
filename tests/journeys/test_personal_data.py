"""What people tell a service stays there: every form, real processes."""

from collections.abc import Sequence
from email.message import EmailMessage

import httpx

from deploy.submissions import complaint
from eservice_intake.catalogue.eservices import catalogue
from testkit.waiting import until
from tests.answers import filled_in
from tests.leaks import compact, leaks, lost

from .forms import BO, RUT, apply, offer_house, open_survey, post_ad, register

ROLES = ("caseworker", "housing-officer", "recruitment-officer")


async def test_what_people_tell_a_service_is_nowhere_but_there(system):
    staff = system.token(*ROLES)
    intake, housing, recruitment = told = [set(), set(), set()]
    async with httpx.AsyncClient(timeout=30) as http:
        await open_survey(http, system)
        recipients = [await apply(http, system, eservice, intake) for eservice in catalogue().eservices.values()]
        recipients += await offer_house(http, system, staff, housing)
        recipients += await post_ad(http, system, staff, recruitment)
        recipients += await register(http, system, staff, recruitment)
    for recipient in filter(None, recipients):
        await system.until_mailed(recipient)

    kept = await system.kept()
    mailed = said([mail for recipient in filter(None, recipients) for mail in system.mailbox.mails[recipient]])

    messages = {words for words in housing if words.startswith("Hej från")}
    assert {words for some in (housing, recruitment) for words in some if compact(words) in mailed} == messages
    by_service = dict(zip(("eservice-intake", "housing", "recruitment"), told, strict=True))
    assert lost(kept, by_service) == set()
    assert leaks(kept, by_service) == set()
    for service, words in by_service.items():
        system.told[service] |= words


async def test_no_identity_number_is_anywhere_however_it_is_written(system):
    """Signed in with, typed as ten digits, a sole trader's; in drafts, cases, mistakes, and when staff read them."""
    intake, headers = system.apis.intake, system.resident(RUT)
    eservices = {name: catalogue().find(name) for name in ("kompostering", "livsmedel-andring-upphorande")}
    forms = {name: filled_in(eservice)[0] for name, eservice in eservices.items()}
    forms["kompostering"]["applicant_personnr"] = "700101-2397"
    company = {"orgnr": "700101-2397", "change_type": "namn"}
    food = {**forms["livsmedel-andring-upphorande"], **company}
    forms["livsmedel-andring-upphorande"] = {
        name: food[name] for name in food if name not in ("new_orgnr", "floor_plan")
    }
    async with httpx.AsyncClient(timeout=30) as http:
        for name, answers in forms.items():
            form = {"eservice": name, "language": "sv", "answers": answers}
            (await http.post(f"{intake}/drafts", json=form)).raise_for_status()
            broken = {**form, "answers": {**answers, "declaration": "700101-2397"}}
            assert (await http.post(f"{intake}/applications", json=broken, headers=headers)).status_code == 422
            sent = (await http.post(f"{intake}/applications", json=form, headers=headers)).raise_for_status().json()
            case = await http.get(f"{intake}/cases/{sent['reference']}", headers=system.token("administrator"))
            assert "9876" in case.text or "2397" in case.text
        await system.until_mailed(forms["kompostering"]["applicant_email"])

    kept = await system.kept()

    found = {(place.where, number) for place in kept for number in (RUT, BO) if number[2:] in place.text}
    assert found == set()


async def test_an_anonymous_complaint_leaves_no_address_of_anybody(system):
    """Not the mail's, for there is none, and not that of the client; a token of somebody signed in changes nothing."""
    answers = {**complaint("nobody@example.com")["answers"], "anonymous": True}
    answers.pop("complainant_email")
    form = {"eservice": "klagomal-olagenhet", "language": "sv", "answers": answers}
    address = "203.0.113.77"
    headers = {**system.resident(RUT), "X-Forwarded-For": address, "Idempotency-Key": "anonymous"}
    async with httpx.AsyncClient(timeout=30) as http:
        sent = (
            (await http.post(f"{system.apis.intake}/applications", json=form, headers=headers))
            .raise_for_status()
            .json()
        )
        opened = {"X-Application-Secret": sent["secret"]}
        status = await http.get(f"{system.apis.intake}/applications/{sent['reference']}", headers=opened)
        staff = system.token(*ROLES)

        async def has_task() -> bool:
            about = {"about": sent["id"]}
            answer = await http.get(f"{system.apis.notifications}/queues/halsoskydd/tasks", params=about, headers=staff)
            return bool(answer.json()["items"])

        await until(has_task)

    kept = await system.kept()

    assert (status.status_code, sent["identified"]) == (200, False)
    assert [place.where for place in kept if address in place.text or RUT[2:] in place.text] == []


def said(mails: Sequence[EmailMessage]) -> str:
    """Everything in the mails but whom they are to, and the files they enclose."""
    texts = [str(value) for mail in mails for name, value in mail.items() if name != "To"]
    parts = [part for mail in mails for part in mail.walk() if part.get_content_maintype() == "text"]
    return compact(" ".join(texts + [part.get_content() for part in parts]))
