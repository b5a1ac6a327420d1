"""The houses, job ads and events that an embedded system begins with."""

from collections.abc import Iterator

import httpx
import pytest

from deploy.embedded.samples import OFFICER, house, known, send_samples
from deploy.procfile import ISSUER
from tests.system import System, prepared

APIS = ("housing-api", "recruitment-api")
BEGINNING = {"houses": 12, "ads": 10, "events": 6}


@pytest.fixture
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with prepared(tmp_path_factory.mktemp("samples"), MODE="embedded") as system:
        for process in (*APIS, ISSUER):
            system.start(process)
        system.wait_until_ready(*APIS, ISSUER)
        yield system


async def test_what_a_start_left_half_done_is_ended_by_the_next(system):
    sample = known()["houses"][0]
    async with httpx.AsyncClient() as http:
        unpublished = await http.post(f"{system.apis.housing}/houses", json=house(sample))

    made = await send_samples(system.apis, system.issuer)
    again = await send_samples(system.apis, system.issuer)

    assert unpublished.status_code == 201
    assert (made, again) == (sum(BEGINNING.values()) - 1, 0)
    assert await published(system) == BEGINNING


async def test_what_an_officer_declined_is_left_declined(system):
    sample = known()["houses"][0]
    async with httpx.AsyncClient(headers=system.token(*OFFICER.split())) as http:
        houses = f"{system.apis.housing}/houses"
        sent = (await http.post(houses, json=house(sample))).json()
        declined = await http.post(f"{houses}/{sent['id']}/refusal", json={"reason": "Bilderna saknas."})

    made = await send_samples(system.apis, system.issuer)

    assert declined.status_code == 201
    assert made == sum(BEGINNING.values()) - 1
    assert await published(system) == {**BEGINNING, "houses": 11}


async def published(system: System) -> dict[str, int]:
    lists = {"houses": system.apis.housing, "ads": system.apis.recruitment, "events": system.apis.recruitment}
    async with httpx.AsyncClient() as http:
        answers = {kind: await http.get(f"{api}/{kind}", params={"limit": 100}) for kind, api in lists.items()}
    return {kind: len(answer.raise_for_status().json()["items"]) for kind, answer in answers.items()}
