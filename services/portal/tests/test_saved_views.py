"""A filter of the inbox is an address; a saved view is an address to which somebody has given a name."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from portal.saved_views import MOST

from .registry import Scene
from .visitors import Visitor

INBOX = "/handlaggare/inkorg"
LATE = f"{INBOX}?ko=forsenade&enhet=avlopp"


async def signed_in(scene: Scene, who: str) -> AsyncIterator[Visitor]:
    visitor = Visitor(scene.portal)
    await visitor.sign_in(who)
    await without_views(visitor)  # pages of the registry save some
    yield visitor
    await without_views(visitor)


async def without_views(visitor: Visitor) -> None:
    for address, _ in await saved_by(visitor):
        await visitor.post(f"{INBOX}/vyer/ta-bort", {"vy": address})


@pytest.fixture
async def maja(scene: Scene) -> AsyncIterator[Visitor]:
    async for visitor in signed_in(scene, "maja berg"):
        yield visitor


@pytest.fixture
async def karl(scene: Scene) -> AsyncIterator[Visitor]:
    async for visitor in signed_in(scene, "karl åberg"):
        yield visitor


async def saved_by(visitor: Visitor) -> list[tuple[str, str]]:
    """The addresses and names that the inbox lists."""
    page = (await visitor.get(INBOX)).text
    entries = re.search(r"Sparade vyer</h2>(.*?)</ul>", page, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)"[^>]*><bdi>(.*?)</bdi>', entries[1]) if entries else []
    return [(address.replace("&amp;", "&"), name) for address, name in found]


async def save(visitor: Visitor, name: str, address: str = LATE) -> str:
    """The page that one gets."""
    return (await visitor.follow(await visitor.post(f"{INBOX}/vyer", {"vy": address, "namn": name}))).text


async def test_a_view_is_saved_and_is_the_persons_own(maja: Visitor, karl: Visitor):
    page = await save(maja, "Mina sena avlopp")

    assert re.search(r'aria-current="page"><bdi>Mina sena avlopp</bdi>', page)
    assert await saved_by(maja) == [(LATE, "Mina sena avlopp")]
    assert await saved_by(karl) == []


async def test_a_view_is_given_another_name(maja: Visitor):
    await save(maja, "Sena")

    await save(maja, "Försenade avlopp")

    assert await saved_by(maja) == [(LATE, "Försenade avlopp")]


async def test_a_view_is_deleted_by_its_owner_and_by_nobody_else(maja: Visitor, karl: Visitor):
    await save(maja, "Sena")

    await karl.post(f"{INBOX}/vyer/ta-bort", {"vy": LATE})
    still = await saved_by(maja)
    await maja.post(f"{INBOX}/vyer/ta-bort", {"vy": LATE})

    assert (still, await saved_by(maja)) == ([(LATE, "Sena")], [])


async def test_a_view_that_is_sent_twice_at_once_is_saved_once(maja: Visitor):
    both = await asyncio.gather(*(maja.post(f"{INBOX}/vyer", {"vy": LATE, "namn": "Sena"}) for _ in range(2)))

    assert [one.status_code for one in both] == [303, 303]
    assert await saved_by(maja) == [(LATE, "Sena")]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (" ", "Skriv vad vyn ska heta."),
        ("x" * 61, "Namnet får ha högst 60 tecken."),
        ("sena", "Du har redan en vy som heter så."),
    ],
)
async def test_a_name_that_cannot_be_is_shown_again_with_the_same_list(maja: Visitor, name: str, why: str):
    await save(maja, "Sena")

    answer = await maja.post(f"{INBOX}/vyer", {"vy": f"{INBOX}?ko=alla&q=brunn", "namn": name})

    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="brunn"' in answer.text
    assert not name.strip() or f'value="{name}"' in answer.text
    assert await saved_by(maja) == [(LATE, "Sena")]


async def test_what_is_saved_is_a_choice_of_the_inbox_and_nothing_else(maja: Visitor):
    await save(maja, "Elak", "https://annan.example/?ko=mina&sida=x&gjort=klar&q=%3Cb%3E")

    assert await saved_by(maja) == [(f"{INBOX}?ko=mina&q=%3Cb%3E", "Elak")]


async def test_nobody_keeps_views_without_end(maja: Visitor):
    for number in range(MOST):
        await save(maja, f"Vy {number}", f"{INBOX}?q={number}")

    page = await save(maja, "En till", f"{INBOX}?q=till")

    assert f"Du har redan {MOST} sparade vyer." in page
    assert len(await saved_by(maja)) == MOST
