"""What people tell a service stays there, and is gone when its rows are: every form, real processes."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from deploy import submissions
from deploy.journeys import send
from deploy.submissions import Apis, Submission, complaint
from eservice_intake.attachments.models import Attachment, AttachmentUse
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.catalogue.rules import attachment_ids
from eservice_intake.identities.residents import Resident
from eservice_intake.identities.rules import with_identity
from housing.models.houses import House
from housing.models.interests import Interest
from recruitment.models.ads import Ad
from recruitment.models.events import Registration
from shared.contacts import Contact
from shared.database import Database
from testkit.waiting import until
from tests.answers import NAMES, filled_in
from tests.leaks import compact, leaks, lost

ROLES = ("caseworker", "housing-officer", "recruitment-officer")
PDF = b"%PDF-1.4\n% "
RUT, BO = "198112189876", "197001012397"


async def apply(http: httpx.AsyncClient, system, eservice: EService, told: set[str]) -> str | None:
    """Send in an application with everything in it, files too. Returns whom the first mail goes to."""
    answers, traces = filled_in(eservice)
    body = json.dumps({"eservice": eservice.id, "language": "sv", "answers": answers})
    for attachment_id in attachment_ids(eservice, answers).values():
        name = next(NAMES)
        told.add(name)
        file = (f"{name}.pdf", PDF + name.encode(), "application/pdf")
        sent = await http.post(f"{system.apis.intake}/attachments", files={"file": file})
        body = body.replace(str(attachment_id), sent.raise_for_status().json()["id"])
    headers = {"Content-Type": "application/json", **system.resident()}
    received = await http.post(f"{system.apis.intake}/applications", content=body, headers=headers)
    assert received.status_code == 201, f"{eservice.id}: {received.text}"
    proved = with_identity(eservice, answers, Resident(RUT, "Rut Alm", ""))
    told |= traces - {str(answer) for name, answer in answers.items() if proved[name] != answer}
    told -= numbers_of(eservice, answers)
    return answers.get("signer_email") or answers.get(eservice.receipt_to)


def numbers_of(eservice: EService, answers: dict[str, Any]) -> set[str]:
    """Answers with personal identity numbers, which are sealed."""
    return {str(answers[field.name]) for field in eservice.form if field.type == "personnr" and field.name in answers}


def marked(form: dict[str, Any], told: set[str], **names: str) -> dict[str, Any]:
    """The form with something that can be known again in the fields, each named by its path."""
    changed = json.loads(json.dumps(form))
    for path, text in names.items():
        *groups, field = path.split("__")
        part = changed
        for group in groups:
            part = part[group]
        part[field] = text.replace("…", next(NAMES))
        told.add(part[field])
    return changed


async def offer_house(http: httpx.AsyncClient, system, staff, told: set[str]) -> list[str]:
    """Offer a house, publish it and ask about it. Returns the addresses of owner and seeker."""
    composed = await submissions.house(http, system.apis, staff)
    words = {"area": "…", "description": "Torp … med brunn.", "property_designation": "… 2:15"}
    form = marked(composed.form, told, **words, owner__name="… Ek", owner__email="….owner@example.com")
    house = (await http.post(composed.url, json=form)).raise_for_status().json()["id"]
    await http.post(f"{system.apis.housing}/houses/{house}/publication", headers=staff)
    seeker = {"name": "… Seeker", "email": "….seeker@example.com", "message": "Hej från … och …!"}
    asked = marked({"phone": "070-174 06 05"}, told, **seeker)
    (await http.post(f"{system.apis.housing}/houses/{house}/interests", json=asked)).raise_for_status()
    return [form["owner"]["email"], asked["email"]]


async def post_ad(http: httpx.AsyncClient, system, staff, told: set[str]) -> list[str]:
    composed = await submissions.job_ad(http, system.apis, staff)
    words = {"headline": "Kock till …", "description__text": "Laga mat hos …", "employer__name": "… AB"}
    more = {"occupation__label": "Kock, …", "application_details__email": "….jobb@example.com"}
    address = {"workplace_address__city": "…", "contact_email": "….chef@example.com"}
    form = marked(composed.form, told, **words, **more, **address)
    ad = (await http.post(composed.url, json=form)).raise_for_status().json()["id"]
    (await http.post(f"{system.apis.recruitment}/ads/{ad}/publication", headers=staff)).raise_for_status()
    return [form["contact_email"]]


async def register(http: httpx.AsyncClient, system, staff, told: set[str]) -> list[str]:
    composed = await submissions.registration(http, system.apis, staff)
    form = marked(composed.form, told, name="… Byron", email="….guest@example.com")
    (await http.post(composed.url, json=form)).raise_for_status()
    return [form["email"]]


async def test_what_people_tell_a_service_is_nowhere_but_there(system):
    staff = system.token(*ROLES)
    intake, housing, recruitment = told = [set(), set(), set()]
    async with httpx.AsyncClient(timeout=30) as http:
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


async def deliveries(http: httpx.AsyncClient, system, staff, about: str) -> list[dict[str, Any]]:
    answer = await http.get(f"{system.apis.notifications}/deliveries", params={"about": about}, headers=staff)
    return list(answer.raise_for_status().json()["items"])


async def until_deliveries_are(http: httpx.AsyncClient, system, staff, about: str, status: str) -> None:
    async def are() -> bool:
        return {one["status"] for one in await deliveries(http, system, staff, about)} == {status}

    await until(are)


def things_of(contact_id: UUID, files: Sequence[UUID]) -> dict[str, list[sa.Delete]]:
    """What each service deletes of somebody before their contact."""
    applications = sa.select(Case.id).where(col(Case.applicant_contact_id) == contact_id)
    houses = sa.select(House.id).where(col(House.owner_contact_id) == contact_id)
    return {
        "eservice-intake": [
            sa.delete(AttachmentUse).where(col(AttachmentUse.case_id).in_(applications)),
            sa.delete(Attachment).where(col(Attachment.id).in_(files)),
            sa.delete(Case).where(col(Case.applicant_contact_id) == contact_id),
        ],
        "housing": [
            sa.delete(Interest).where(col(Interest.seeker_contact_id) == contact_id),
            sa.delete(Interest).where(col(Interest.house_id).in_(houses)),
            sa.delete(House).where(col(House.owner_contact_id) == contact_id),
        ],
        "recruitment": [
            sa.delete(Ad).where(col(Ad.employer_contact_id) == contact_id),
            sa.delete(Registration).where(col(Registration.participant_contact_id) == contact_id),
        ],
    }


async def files_of(connection: AsyncConnection, contact_id: UUID) -> Sequence[UUID]:
    applications = sa.select(Case.id).where(col(Case.applicant_contact_id) == contact_id)
    files = sa.select(AttachmentUse.attachment_id).where(col(AttachmentUse.case_id).in_(applications))
    return (await connection.execute(files)).scalars().all()


async def erase(system, service: str, address: str) -> None:
    """As the service's canvas says: what they sent in, then the contact. Rows of one service."""
    database = Database(system.settings(service))
    async with database.transaction() as tx:
        connection = await tx.connection()
        contact_id = (await connection.execute(sa.select(Contact.id).where(col(Contact.email) == address))).scalar_one()
        files = await files_of(connection, contact_id) if service == "eservice-intake" else []
        contact = sa.delete(Contact).where(col(Contact.id) == contact_id)
        for statement in (*things_of(contact_id, files)[service], contact):
            await connection.execute(statement)
    await database.close()


async def interest(http: httpx.AsyncClient, apis: Apis, staff: dict[str, str]) -> Submission:
    house = await send(http, await submissions.house(http, apis, staff))
    url = f"{apis.housing}/houses/{house.id}"
    (await http.post(f"{url}/publication", headers=staff)).raise_for_status()
    address = f"{next(NAMES).lower()}@example.com"
    form = {"name": "Sam Seeker", "email": address, "message": "May we see it?"}
    return Submission("interest", "housing.events", "boende", f"{url}/interests", form, address)


@contextlib.contextmanager
def stopped(system, name: str) -> Iterator[None]:
    system.processes.kill(name)
    try:
        yield
    finally:
        system.start(name)


@pytest.mark.parametrize("compose", [*submissions.ALL, interest], ids=lambda compose: compose.__name__)
async def test_who_is_erased_gets_no_mail_and_is_nowhere(system, compose):
    staff = system.token(*ROLES)
    async with httpx.AsyncClient() as http:
        with stopped(system, "notifications-mailer"):
            submission = await compose(http, system.apis, staff)
            journey = await send(http, submission)
            await until_deliveries_are(http, system, staff, journey.id, "queued")
            await erase(system, submission.topic.removesuffix(".events"), submission.recipient)
        await until_deliveries_are(http, system, staff, journey.id, "cancelled")

    assert submission.recipient not in system.mailbox.mails
    kept = await system.kept()
    assert [place.where for place in kept if compact(submission.recipient) in place.text] == []
