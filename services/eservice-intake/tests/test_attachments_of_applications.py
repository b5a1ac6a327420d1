"""An application takes the attachments that it names, each of them once."""

import asyncio
from uuid import UUID, uuid4

from sqlmodel import col, select

from eservice_intake.attachments.models import AttachmentUse

from .applications import application
from .cases import ANONYMOUS
from .files import send_file


async def test_an_application_takes_its_attachments(client, database):
    sent = [await send_file(client), await send_file(client)]

    response = await client.post("/applications", json=application({**ANONYMOUS, "diary": sent}))

    async with database.reading() as reading:
        taken = await reading.exec(
            select(AttachmentUse.attachment_id).where(col(AttachmentUse.case_id) == UUID(response.json()["id"]))
        )
    assert response.status_code == 201
    assert {str(attachment_id) for attachment_id in taken} == set(sent)


async def test_an_attachment_is_used_once(client):
    sent = await send_file(client)
    await client.post("/applications", json=application({**ANONYMOUS, "diary": [sent]}))

    response = await client.post("/applications", json=application({**ANONYMOUS, "diary": [sent]}))

    assert response.status_code == 422
    assert [(v["field"], v["code"]) for v in response.json()["violations"]] == [("diary.0", "attachment_used")]


async def test_an_unknown_attachment_is_named_beside_the_other_violations(client):
    answers = {**ANONYMOUS, "frequency": "aldrig", "diary": [str(uuid4()), "x"]}

    response = await client.post("/applications", json=application(answers))

    assert [(v["field"], v["code"]) for v in response.json()["violations"]] == [
        ("frequency", "option"),
        ("diary.1", "format"),
        ("diary.0", "unknown_attachment"),
    ]


async def test_a_refused_application_leaves_its_attachments_unused(client):
    sent = await send_file(client)
    await client.post("/applications", json=application({**ANONYMOUS, "diary": [sent], "frequency": "aldrig"}))

    response = await client.post("/applications", json=application({**ANONYMOUS, "diary": [sent]}))

    assert response.status_code == 201


async def test_of_two_applications_at_once_one_gets_the_attachment(committing_client):
    sent = await send_file(committing_client)
    body = application({**ANONYMOUS, "diary": [sent]})

    responses = await asyncio.gather(*(committing_client.post("/applications", json=body) for _ in range(4)))

    assert sorted(response.status_code for response in responses) == [201, 422, 422, 422]
