"""How an administrator deals with what failed, without scripts."""

import re

import pytest

from .html import complaints
from .registry import Scene
from .set_aside import PAGE, dead_letter, parked_event
from .visitors import Visitor

REASON = "Huset är registrerat på nytt för hand."


def key_in(page: str) -> dict[str, str]:
    found = re.search(r'name="nyckel" value="([^"]+)"', page)
    assert found is not None
    return {"nyckel": found[1]}


async def test_what_failed_is_found_by_its_cause_and_read(scene: Scene, visitor: Visitor):
    path = await dead_letter(scene.system, "house_id: uuid_parsing")
    await visitor.sign_in("alma sund")

    queue = await visitor.get(PAGE)
    [cause] = re.findall(r'href="([^"]+mottagna[^"]+uuid_parsing)"', queue.text)
    listed = await visitor.get(cause.replace("&amp;", "&"))
    page = await visitor.get(path)

    assert path in listed.text
    assert all(
        said in page.text for said in ("house_id: uuid_parsing", "housing.events/2/17", "housing.house-listed.v1")
    )


async def test_nothing_about_a_person_is_shown(scene: Scene, visitor: Visitor):
    path = await dead_letter(scene.system, owner_contact_id="Anna Ek", secret="hemligt")
    await visitor.sign_in("alma sund")

    page = (await visitor.get(path)).text

    assert "owner_contact_id" in page
    assert "Dolt" in page
    assert "Anna Ek" not in page
    assert "hemligt" not in page


async def test_trying_again_twice_is_trying_once(scene: Scene, visitor: Visitor):
    path = await dead_letter(scene.system)
    await visitor.sign_in("alma sund")
    form = key_in((await visitor.get(path)).text)

    answers = [await visitor.post(f"{path}/igen", form) for _ in range(2)]
    there = await visitor.follow(answers[0])

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "Det skickas igen." in there.text
    assert (await visitor.get(path)).text.count("Skickades igen") == 1


async def test_discarding_needs_a_reason_which_stays_with_it(scene: Scene, visitor: Visitor):
    path = await dead_letter(scene.system)
    await visitor.sign_in("alma sund")
    form = key_in((await visitor.get(path)).text)

    without = await visitor.post(f"{path}/avskriv", form)
    discarded = await visitor.post(f"{path}/avskriv", form | {"reason": REASON})
    page = (await visitor.get(path)).text

    assert without.status_code == 422
    assert discarded.status_code == 303
    assert REASON in page
    assert "Försök igen" not in page


async def test_what_a_colleague_has_dealt_with_meanwhile_is_told(scene: Scene, visitor: Visitor):
    path = await dead_letter(scene.system)
    await visitor.sign_in("alma sund")
    first, second = [key_in((await visitor.get(path)).text) for _ in range(2)]
    await visitor.post(f"{path}/avskriv", first | {"reason": REASON})

    replayed = await visitor.post(f"{path}/igen", second)

    assert replayed.status_code == 422
    assert "Någon har redan avskrivit det" in replayed.text


async def test_what_was_sent_again_and_never_arrived_is_sent_again_or_discarded(scene: Scene, visitor: Visitor):
    path = await dead_letter(scene.system)
    await visitor.sign_in("alma sund")
    await visitor.post(f"{path}/igen", key_in((await visitor.get(path)).text))

    page = (await visitor.get(path)).text
    discarded = await visitor.post(f"{path}/avskriv", key_in(page) | {"reason": REASON})

    assert f"{path}/igen" in page
    assert discarded.status_code == 303


async def test_a_parked_event_is_discarded(scene: Scene, visitor: Visitor):
    path = await parked_event(scene.system)
    await visitor.sign_in("alma sund")
    form = key_in((await visitor.get(path)).text)

    discarded = await visitor.post(f"{path}/avskriv", form | {"reason": REASON})

    assert discarded.status_code == 303
    assert (await visitor.get(path)).status_code == 404
    assert path not in (await visitor.get(path.rpartition("/")[0])).text


@pytest.mark.parametrize(
    "path",
    [
        "housing/mottagna?fel=KeyError",
        "nothing/mottagna?fel=KeyError",
        "notifications/mottagna",
        "notifications/mottagna?fel=",
        "portal/utgaende",
        "nothing/utgaende/019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b",
    ],
)
async def test_what_a_service_does_not_have_is_not_found(visitor: Visitor, path: str):
    await visitor.sign_in("alma sund")

    assert (await visitor.get(f"{PAGE}/{path}")).status_code == 404


async def test_a_service_that_is_away_hides_nothing_of_the_others(scene: Scene, visitor: Visitor):
    path = await parked_event(scene.system)
    await visitor.sign_in("alma sund")

    scene.system.processes.kill("recruitment-api")
    try:
        page = await visitor.get(PAGE)
    finally:
        scene.system.start("recruitment-api")
        scene.system.wait_until_ready("recruitment-api")

    assert (page.status_code, complaints(page.text)) == (200, [])
    assert path.rpartition("/")[0] in page.text
    assert "De här svarar inte just nu: Jobb och evenemang." in page.text


async def test_caseworkers_have_no_such_queue(visitor: Visitor):
    await visitor.sign_in("maja berg")

    page = await visitor.get("/handlaggare/inkorg")

    assert PAGE not in page.text
    assert (await visitor.get(PAGE)).status_code == 403
