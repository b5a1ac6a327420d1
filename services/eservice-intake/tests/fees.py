"""A restaurant's case and what it costs, for tests."""

from deploy.casework import restaurant

from .cases import take

CONTROL = {"controlled_on": "2026-11-26", "minutes": 150}
NOVEMBER = {"unit": "livsmedel", "since": "2026-11-01", "until": "2026-11-30"}


async def business(client, resident, **answers):
    """The receipt of a restaurant's registration."""
    body = {"eservice": "livsmedel-registrering", "language": "sv"}
    answers = {**restaurant("krog@exempel.se"), **answers}
    response = await client.post("/applications", json={**body, "answers": answers}, headers=resident())
    assert response.status_code == 201, response.text
    return response.json()


async def approved(client, headers, receipt, **form):
    """The answer when a fee is approved."""
    return await take(client, headers, receipt, "fees", form)


async def controlled(client, headers, receipt, **form):
    """The fee of a control, which waits to be approved."""
    response = await take(client, headers, receipt, "controls", {**CONTROL, **form})
    assert response.status_code == 200, response.text
    return response.json()


async def fees_of(client, headers, receipt):
    response = await client.get(f"/cases/{receipt['reference']}/fees", headers=headers)
    assert response.status_code == 200, response.text
    return response.json()
