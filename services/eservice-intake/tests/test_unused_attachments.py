"""How much is kept of what no application uses, and for how long."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from eservice_intake.app import settings
from eservice_intake.attachments.api import purge_unused
from eservice_intake.attachments.models import Attachment, AttachmentUse
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import new_reference
from shared.clock import now
from web.limits import Limiter

PDF = b"%PDF-1.7 a small one"


async def upload(client, content=PDF):
    return await client.post("/attachments", files={"file": ("ritning.pdf", content)})


def stored():
    return {path.name for path in (settings.data_dir / "attachments").glob("*")}


@pytest.fixture
def with_settings(app):
    """Lets the API have other settings for a test."""
    kept, limiter = app.state.settings, app.state.limiter

    def change(**settings):
        app.state.settings = kept.model_copy(update=settings)
        app.state.limiter = Limiter(app.state.settings)

    yield change
    app.state.settings, app.state.limiter = kept, limiter


async def test_a_client_uploads_so_many_megabytes_an_hour(client, with_settings):
    with_settings(upload_megabytes_per_hour=3)
    large = PDF + bytes(1_500_000)

    statuses = [(await upload(client, content)).status_code for content in (large, PDF, PDF)]

    assert statuses == [201, 201, 429]


async def test_what_nobody_uses_does_not_fill_the_store(client, with_settings):
    with_settings(unused_megabytes=1)
    before = stored()

    refused = await upload(client, PDF + bytes(1_500_000))

    assert (refused.status_code, refused.json()["code"]) == (503, "StoreFull")
    assert stored() == before


async def test_a_file_that_nobody_has_used_goes_after_a_day(client, database, app):
    old, new, used = [(await upload(client)).json()["id"] for _ in range(3)]
    async with database.transaction() as tx:
        day_ago = now() - timedelta(days=1, minutes=1)
        ids = [UUID(old), UUID(used)]
        await (await tx.connection()).execute(
            sa.update(Attachment).where(Attachment.id.in_(ids)).values(uploaded_at=day_ago)
        )
        case = received_case()
        tx.add(case)
        await tx.flush()
        tx.add(AttachmentUse(attachment_id=UUID(used), case_id=case.id))

    await purge_unused(database, app.state.settings)

    assert stored() & {old, new, used} == {new, used}
    async with database.reading() as session:
        rows = (await session.exec(select(Attachment.id))).all()
    assert set(map(str, rows)) & {old, new, used} == {new, used}


def received_case():
    return Case(
        language="sv",
        diary_series="MH-2020",
        diary_number=1,
        eservice="klagomal-olagenhet",
        answers={},
        reference=new_reference(),
        secret_hash="",
        kind="klagomal",
        unit="halsoskydd",
    )
