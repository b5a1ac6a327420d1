"""Who else has a case open is told in the list and on the case's page, while it is so."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect

from portal.models import Kind
from portal.presence import LASTS, leave, others_at, stay
from portal.sessions import Person
from shared.clock import now
from shared.database import Database

from .browser import looked_at
from .casework import CLERK, HEAD, Desk
from .pages.staff_cases import FILLED
from .registry import Row, Scene
from .tasks import case, clear, put
from .visitors import Visitor

NOON = datetime(2026, 5, 1, 10, tzinfo=UTC)
PATIENCE = 30_000
MAJA, KARL = (Person(Kind.STAFF, name, name, "token", 0) for name in ("Maja Berg", "Karl Åberg"))
HERE = UUID(int=1)


@pytest.fixture
async def kept(scene: Scene):
    """The portal's own table."""
    database = Database(scene.system.settings("portal"))
    yield database
    await leave(database, HERE)
    await database.close()


async def test_colleagues_are_told_for_a_while_and_nobody_is_told_of_oneself(kept: Database):
    await stay(kept, HERE, "K7MP-2XWB", MAJA, NOON)

    assert await others_at(kept, ["K7MP-2XWB"], KARL, NOON) == {"K7MP-2XWB": ["Maja Berg"]}
    assert await others_at(kept, ["K7MP-2XWB"], MAJA, NOON) == {}
    assert await others_at(kept, ["A2KD-7NQX"], KARL, NOON) == {}
    assert await others_at(kept, ["K7MP-2XWB"], KARL, NOON + LASTS + timedelta(seconds=1)) == {}


async def test_who_leaves_is_no_longer_told_of(kept: Database):
    await stay(kept, HERE, "K7MP-2XWB", MAJA, NOON)

    await leave(kept, HERE)

    assert await others_at(kept, ["K7MP-2XWB"], KARL, NOON) == {}


async def test_who_stays_is_there_for_longer(kept: Database):
    await stay(kept, HERE, "K7MP-2XWB", MAJA, NOON)

    await stay(kept, HERE, "K7MP-2XWB", MAJA, NOON + LASTS)

    assert await others_at(kept, ["K7MP-2XWB"], KARL, NOON + 2 * LASTS) == {"K7MP-2XWB": ["Maja Berg"]}


@pytest.mark.chromium
async def test_two_who_have_a_case_open_see_each_other_and_nothing_that_is_typed_is_lost(
    chromium: Browser, scene: Scene, desk: Desk
):
    path = f"/handlaggare/arenden/{await desk.receives()}"
    async with (
        looked_at(chromium, scene, Row("arende", path, CLERK)) as maja,
        looked_at(chromium, scene, Row("inkorg", path, HEAD)) as karl,
    ):
        await maja.goto(scene.portal + path)
        note = maja.get_by_label("Meddelande")
        await note.fill("Hej, vi undrar")
        await karl.goto(scene.portal + path)

        await expect(maja.locator("#narvarande")).to_contain_text("Karl Åberg", timeout=PATIENCE)
        await expect(karl.locator("#narvarande")).to_contain_text("Maja Berg", timeout=PATIENCE)
        await expect(note).to_have_value("Hej, vi undrar")
        await expect(note).to_be_focused()
        await maja.goto(f"{scene.portal}/handlaggare/inkorg")
        await expect(karl.locator("#narvarande")).not_to_contain_text("Maja Berg", timeout=PATIENCE)


@pytest.mark.chromium
async def test_the_list_says_who_has_a_case_open_while_it_is_so(chromium: Browser, scene: Scene, desk: Desk):
    reference = await desk.receives()
    path, inbox = f"/handlaggare/arenden/{reference}", "/handlaggare/inkorg?enhet=halsoskydd"
    [task] = await put(scene.system, case(reference, "Klagomål om buller", queue="halsoskydd"))
    async with (
        looked_at(chromium, scene, Row("inkorg", inbox, CLERK)) as maja,
        looked_at(chromium, scene, Row("arende", path, HEAD)) as karl,
    ):
        await maja.goto(scene.portal + inbox)
        row = maja.locator(f"#rad-{task}")
        await expect(row).not_to_contain_text("Karl Åberg")

        await karl.goto(scene.portal + path)
        await expect(row).to_contain_text("Öppet hos Karl Åberg", timeout=PATIENCE)
        await karl.goto(f"{scene.portal}/handlaggare/installningar")
        await expect(row).not_to_contain_text("Karl Åberg", timeout=PATIENCE)
    await clear(scene.system, "halsoskydd")


async def test_the_list_does_not_say_who_has_a_confidential_case_open(kept: Database, scene: Scene, clerk: Visitor):
    for_all, confidential = "P2KD-7NQX", "P3KD-7NQX"
    await put(
        scene.system,
        case(for_all, "Klagomål", queue="halsoskydd"),
        case(confidential, "sekretessmarkerat", queue="halsoskydd", confidential=True),
    )
    other = UUID(int=2)
    await stay(kept, HERE, for_all, KARL, now())
    await stay(kept, other, confidential, KARL, now())

    page = await clerk.get("/handlaggare/inkorg?enhet=halsoskydd")

    await leave(kept, other)
    await clear(scene.system, "halsoskydd")
    assert page.text.count("Öppet hos") == 1
    assert confidential in page.text


async def test_a_row_says_it_also_when_it_has_left_the_list(kept: Database, scene: Scene, clerk: Visitor):
    reference, unit = "P4KD-7NQX", "halsoskydd"
    [task] = await put(scene.system, case(reference, "Klagomål", queue=unit))
    await stay(kept, HERE, reference, KARL, now())

    answer = await clerk.post(f"/handlaggare/inkorg?enhet={unit}", {"ta": str(task)}, headers={"HX-Request": "true"})
    path = f"/handlaggare/inkorg/strom?enhet={unit}&rader={task.hex}"
    async with clerk.http.stream("GET", path) as stream:
        sent = await anext(line async for line in stream.aiter_lines() if "<bdi>Du</bdi>" in line)

    await clear(scene.system, unit)
    assert "Öppet hos <bdi>Karl Åberg" in answer.text
    assert "Öppet hos <bdi>Karl Åberg" in sent


async def test_who_looks_at_a_decision_before_it_is_sent_has_the_case_open(desk: Desk, clerk: Visitor):
    path = f"/handlaggare/arenden/{await desk.receives()}"

    page = await clerk.post(f"{path}/beslut", FILLED)

    assert "Inget är skickat eller sparat ännu." in page.text
    assert f'hx-sse:connect="{path}/strom"' in page.text
