"""What officers do at the same time, really committed."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from housing.models.houses import House
from shared.events import HouseListed, HouseSubmitted
from testkit.committed import delete, events_about, meeting_at


@pytest.fixture
async def house_id(committing_client, app, house_form):
    response = await committing_client.post("/houses", json=house_form)
    house_id = UUID(response.json()["id"])
    yield house_id
    await delete(app.state.database, sa.delete(House).where(House.id == house_id))


@pytest.mark.postgres
async def test_two_officers_at_the_same_time_publish_a_house_once(committing_client, app, house_id, staff):
    def publish():
        return committing_client.post(f"/houses/{house_id}/publication", headers=staff("housing-officer"))

    house = sa.select(House.id).where(House.id == house_id)
    answers = await meeting_at(app.state.database, house, publish(), publish())

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert list(map(type, await events_about(app.state.database, house_id))) == [HouseSubmitted, HouseListed]
