"""Who is erased gets no mail and is nowhere: every form, real processes."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from deploy import submissions
from deploy.journeys import send
from deploy.submissions import Apis, Submission
from eservice_intake.attachments.models import Attachment, AttachmentUse
from eservice_intake.cases.models import Case
from housing.models.houses import House
from housing.models.interests import Interest
from recruitment.models.ads import Ad
from recruitment.models.events import Registration
from shared.contacts import Contact
from shared.database import Database
from testkit.waiting import until
from tests.answers import NAMES
from tests.leaks import compact

ROLES = ("caseworker", "housing-officer", "recruitment-officer")


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
