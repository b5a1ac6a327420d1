"""What staff do with the tasks of the inbox, without scripts."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from portal.clients.notifications import Task as Shown
from portal.staff.tasks import following, new_ones

from .registry import Scene
from .tasks import DAY, TODAY, Task, case, clear, held_by, put
from .visitors import Visitor

UNIT = "/handlaggare/inkorg?enhet=miljoskydd"
FIRST, SECOND, THIRD = (
    ("H2AA-2AAA", "Anmälan om cistern"),
    ("H3BB-3BBB", "Anmälan om miljöfarlig verksamhet"),
    ("H4CC-4CCC", "Upplysning om förorening"),
)


def of_the_unit(what: tuple[str, str], **values: object) -> Task:
    return case(*what, queue="miljoskydd", **values)


@pytest.fixture
async def tasks(scene: Scene) -> AsyncIterator[list[UUID]]:
    """Three tasks that nobody holds, in the order that they are due."""
    await clear(scene.system, "miljoskydd")
    days = (TODAY - DAY, TODAY, TODAY + DAY)
    yield await put(
        scene.system,
        *(of_the_unit(what, due_on=day) for what, day in zip((FIRST, SECOND, THIRD), days, strict=True)),
    )
    await clear(scene.system, "miljoskydd")


@pytest.fixture
async def maja(scene: Scene) -> Visitor:
    return await signed_in(scene, "maja berg")


@pytest.fixture
async def karl(scene: Scene) -> Visitor:
    return await signed_in(scene, "karl åberg")


async def signed_in(scene: Scene, who: str) -> Visitor:
    visitor = Visitor(scene.portal)
    await visitor.sign_in(who)
    return visitor


async def listed(visitor: Visitor, more: str = "") -> list[str]:
    """The references that the list has."""
    page = await visitor.get(f"{UNIT}{more}")
    assert page.status_code == 200
    return re.findall(r"<tr id=.*?<bdi>([0-9A-Z]{4}-[0-9A-Z]{4})</bdi>", page.text, re.DOTALL)


async def do(visitor: Visitor, step: str, task: UUID, more: str = "") -> str:
    """The page that one gets when one has pressed the button."""
    answer = await visitor.post(f"{UNIT}{more}", {step: str(task)})
    assert answer.status_code == 303
    return (await visitor.follow(answer)).text


async def test_one_list_has_the_tasks_of_a_unit_by_the_day_they_are_due(maja: Visitor, tasks):
    assert await listed(maja) == ["H2AA-2AAA", "H3BB-3BBB", "H4CC-4CCC"]


async def test_what_one_takes_is_ones_own_and_no_longer_free(maja: Visitor, karl: Visitor, tasks):
    page = await do(maja, "ta", tasks[0])

    assert "Du har tagit H2AA-2AAA." in page
    assert await listed(maja) == ["H3BB-3BBB", "H4CC-4CCC"]
    assert await listed(maja, "&ko=mina") == ["H2AA-2AAA"]
    assert await listed(karl, "&ko=mina") == []


async def test_who_comes_second_is_told_who_has_taken_it(maja: Visitor, karl: Visitor, tasks):
    await do(maja, "ta", tasks[0])

    refused = await karl.post(UNIT, {"ta": str(tasks[0])})

    assert refused.status_code == 409
    assert "Maja Berg har redan tagit H2AA-2AAA." in refused.text
    assert await listed(karl, "&ko=mina") == []


async def test_what_one_releases_anybody_can_take(maja: Visitor, karl: Visitor, tasks):
    await do(maja, "ta", tasks[0])

    page = await do(maja, "slapp", tasks[0])

    assert "Du har släppt H2AA-2AAA." in page
    assert "H2AA-2AAA" in await listed(karl)


async def test_what_is_done_is_followed_by_the_next_in_the_same_list(maja: Visitor, tasks):
    await do(maja, "ta", tasks[1])
    page = await do(maja, "klar", tasks[1])

    assert "H3BB-3BBB är klart." in page
    assert re.search(r'Nästa: <a [^>]*href="/handlaggare/arenden/H4CC-4CCC\?enhet=miljoskydd"', page)
    assert await listed(maja, "&ko=klara") == ["H3BB-3BBB"]


async def test_the_last_one_is_followed_by_the_first(maja: Visitor, tasks):
    await do(maja, "ta", tasks[2])
    page = await do(maja, "klar", tasks[2])

    assert re.search(r'Nästa: <a [^>]*href="/handlaggare/arenden/H2AA-2AAA\?enhet=miljoskydd"', page)


@pytest.mark.parametrize(("held", "following"), [(0, "H3BB-3BBB"), (2, "H2AA-2AAA")])
async def test_from_a_case_one_goes_on_to_the_next_of_the_same_list(maja: Visitor, tasks, held: int, following: str):
    onwards = await maja.get(f"/handlaggare/inkorg/nasta?enhet=miljoskydd&uppgift={tasks[held]}")

    assert onwards.headers["location"] == f"/handlaggare/arenden/{following}?enhet=miljoskydd"


async def test_when_nothing_comes_next_one_is_back_at_the_list(maja: Visitor, tasks):
    onwards = await maja.get(f"/handlaggare/inkorg/nasta?enhet=miljoskydd&q=h4cc&uppgift={tasks[2]}")

    assert onwards.headers["location"] == f"{UNIT}&q=h4cc"


async def test_what_somebody_else_holds_is_not_done_by_another(maja: Visitor, karl: Visitor, tasks):
    await do(maja, "ta", tasks[0])

    refused = await karl.post(f"{UNIT}&ko=alla", {"klar": str(tasks[0])})

    assert refused.status_code == 409
    assert "Du har inte uppgiften. Ta den först." in refused.text


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("&ko=forsenade", ["H2AA-2AAA"]),
        ("&q=h4cc", ["H4CC-4CCC"]),
        ("&q=CISTERN", ["H2AA-2AAA"]),
        ("&status=nya", ["H2AA-2AAA", "H3BB-3BBB", "H4CC-4CCC"]),
        ("&status=pagar&ko=alla", []),
        ("&ko=annan&status=annan", ["H2AA-2AAA", "H3BB-3BBB", "H4CC-4CCC"]),
        ("&sida=trasig", ["H2AA-2AAA", "H3BB-3BBB", "H4CC-4CCC"]),
    ],
)
async def test_what_is_shown_is_in_the_address(maja: Visitor, tasks, more: str, found: list[str]):
    page = await maja.follow(await maja.get(f"{UNIT}{more}"))

    assert re.findall(r"<bdi>(H[0-9A-Z]{3}-[0-9A-Z]{4})</bdi>", page.text) == found


async def test_a_confidential_case_is_taken_by_the_head_of_the_unit(scene: Scene, maja: Visitor, karl: Visitor, tasks):
    [secret] = await put(scene.system, of_the_unit(("H5DD-5DDD", "sekretessmarkerat"), confidential=True))

    assert f'name="ta" value="{secret}"' not in (await maja.get(UNIT)).text
    assert f'name="ta" value="{secret}"' in (await karl.get(UNIT)).text


@pytest.mark.parametrize("form", [{}, {"ta": "x"}, {"annat": str(UUID(int=1))}])
async def test_a_form_that_no_page_of_ours_has_changes_nothing(maja: Visitor, form: dict[str, str]):
    assert (await maja.post(UNIT, form)).status_code == 422


async def test_a_script_whose_session_has_ended_is_told_so_and_not_sent_to_another_site(visitor: Visitor):
    here = {"HX-Request": "true", "HX-Current-URL": f"{visitor.portal}{UNIT}&ko=alla"}

    answer = await visitor.http.get("/handlaggare/inkorg/strom", headers=here)

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/handlaggare/logga-in?till=/handlaggare/inkorg%3Fenhet")


@pytest.mark.parametrize("query", ["rader=x", "sedan=x"])
async def test_a_stream_of_nothing_that_can_be_is_not_there(maja: Visitor, query: str):
    assert (await maja.get(f"/handlaggare/inkorg/strom?{query}")).status_code == 404


def as_read(what: tuple[str, str], **values: object) -> Shown:
    return Shown.model_validate(of_the_unit(what, **values).model_dump())


def test_what_moves_up_from_the_page_that_follows_is_not_new():
    seen, moved = as_read(FIRST, due_on=TODAY), as_read(SECOND, due_on=TODAY + DAY)
    opened_at = max(seen.created_at, moved.created_at).timestamp() + 1
    taken = as_read(THIRD, **held_by("maja berg")).model_copy(update={"claimed_at": moved.created_at + DAY})

    assert new_ones([seen, moved], [seen.id], opened_at, is_whole=False) == 0
    assert new_ones([seen, moved, taken], [seen.id], opened_at, is_whole=False) == 1
    assert new_ones([seen, moved], [seen.id], opened_at, is_whole=True) == 1


def test_nothing_comes_after_the_only_one():
    only = as_read(FIRST)

    assert following(only, [only]) is None


@pytest.mark.parametrize("person", ["bo lund", "rita norén"])
async def test_who_has_no_cases_meets_their_own_queue_in_place_of_the_inbox(visitor, person):
    there = await visitor.sign_in(person)
    instead = await visitor.follow(await visitor.get("/handlaggare/inkorg"))

    menu = instead.text.partition("<main")[0]
    assert there.url.path == instead.url.path == "/handlaggare/granska"
    assert instead.status_code == 200
    assert "/handlaggare/inkorg" not in menu
    assert "/handlaggare/arenden" not in menu
