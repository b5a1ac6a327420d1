"""Who asks too often is told to wait, and while nobody can count, everybody is served."""

import httpx

from web.windows import InProcess

from .things import api


async def test_a_client_that_changes_too_much_is_told_to_wait():
    app = api(rate_limit="2/minute")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        statuses = [(await client.post("/things", json={})).status_code for _ in range(3)]
        reading = (await client.get("/me")).status_code
    await app.state.database.close()

    assert statuses == [422, 422, 429]
    assert reading == 401


async def test_one_address_is_not_mailed_without_end():
    app = api(recipient_rate_limit="1/hour")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        first = await client.post("/things", json={"name": "anna", "rooms": 1})
        second = await client.post("/things", json={"name": "Anna", "rooms": 1})
    await app.state.database.close()

    assert (first.status_code, second.status_code) == (201, 429)
    assert int(second.headers["Retry-After"]) > 0


async def test_an_address_is_forgotten_when_its_window_has_passed():
    seen = InProcess()

    hits = [await seen.acquire_entry(key, 1, seconds) for key, seconds in (("brief", 0), ("long", 60), ("long", 60))]

    assert hits == [True, True, False]
    assert len(seen) == 1


async def test_while_the_limits_storage_is_away_everybody_is_served():
    app = api(rate_limit="1/hour", recipient_rate_limit="1/hour", rate_limit_storage="async+redis://127.0.0.1:1")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        statuses = [(await client.post("/things", json={"name": "anna", "rooms": 1})).status_code for _ in range(2)]
    await app.state.database.close()

    assert statuses == [201, 201]
