"""What officers do at the same time, really committed."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from recruitment.models.ads import Ad
from shared.events import AdPosted, AdPublished
from testkit.committed import delete, events_about, meeting_at


@pytest.fixture
async def ad_id(committing_client, app, ad_form):
    response = await committing_client.post("/ads", json=ad_form)
    ad_id = UUID(response.json()["id"])
    yield ad_id
    await delete(app.state.database, sa.delete(Ad).where(Ad.id == ad_id))


@pytest.mark.postgres
async def test_two_officers_at_the_same_time_publish_an_ad_once(committing_client, app, ad_id, staff):
    def publish():
        return committing_client.post(f"/ads/{ad_id}/publication", headers=staff("recruitment-officer"))

    ad = sa.select(Ad.id).where(Ad.id == ad_id)
    answers = await meeting_at(app.state.database, ad, publish(), publish())

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert list(map(type, await events_about(app.state.database, ad_id))) == [AdPosted, AdPublished]
