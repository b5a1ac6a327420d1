"""A request saves all or nothing, and is counted."""

import pytest


async def test_a_201_means_the_event_is_saved(client, published):
    response = await client.post("/things", json={"name": "hus", "rooms": 3})

    assert response.status_code == 201
    assert [str(event.house_id) for event in await published.fetch()] == [response.json()["id"]]


@pytest.mark.parametrize(("name", "status"), [("taken", 409), ("bug", 500)])
async def test_a_request_that_fails_saves_nothing(client, published, name, status):
    response = await client.post("/things", json={"name": name, "rooms": 3})

    assert response.status_code == status
    assert await published.fetch() == []


async def test_metrics_count_requests_by_route(client, internal_client):
    await client.get("/me")

    metrics = (await internal_client.get("/metrics")).text

    assert 'kommunbuss_http_request_seconds_count{method="GET",route="/me",status="401"}' in metrics
