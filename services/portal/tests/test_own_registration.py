"""Somebody who cannot come cancels by the link in the mail."""

from . import begun
from .registry import Scene
from .visitors import Visitor


async def test_the_secret_of_the_link_leaves_the_address(scene: Scene, visitor: Visitor):
    link = await begun.registered(scene, await begun.announced(scene))

    page = await visitor.follow(await visitor.get(link))

    assert page.url.path == link.rpartition("/")[0]
    assert "Du har en plats." in page.text


async def test_following_the_link_cancels_nothing_and_the_button_does_however_often_it_is_pressed(
    scene: Scene, visitor: Visitor
):
    event = await begun.announced(scene, capacity=1)
    link = await begun.registered(scene, event)
    path = link.rpartition("/")[0]
    opened = await visitor.follow(await visitor.get(link))

    first, again = [await visitor.post(path) for _ in range(2)]
    there = await visitor.follow(again)

    assert "Avboka" in opened.text
    assert (first.status_code, again.status_code) == (303, 303)
    assert "Anmälan är avbokad" in there.text
    assert "1" in (await visitor.get(event)).text.partition("Ungefär ")[2][:20]


async def test_who_waited_sees_that_they_have_a_seat(scene: Scene, visitor: Visitor):
    event = await begun.announced(scene, capacity=1)
    first, waiting = [await begun.registered(scene, event) for _ in range(2)]
    before = await visitor.follow(await visitor.get(waiting))

    await visitor.get(first)
    await visitor.post(first.rpartition("/")[0])
    after = await visitor.get(waiting.rpartition("/")[0])

    assert "Du står på väntelistan" in before.text
    assert "Du har en plats." in after.text


async def test_without_the_link_a_registration_is_not_opened(scene: Scene, visitor: Visitor):
    link = await begun.registered(scene, await begun.announced(scene))
    path = link.rpartition("/")[0]

    closed = await visitor.get(path)
    wrong = await visitor.follow(await visitor.get(f"{path}/fel"))

    assert (closed.status_code, wrong.status_code) == (403, 404)
