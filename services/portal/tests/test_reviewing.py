"""How officers review what was sent in, without scripts."""

from uuid import uuid4

import pytest
from starlette.responses import RedirectResponse, Response

from portal.clients.base import Away, Refused
from portal.staff.review import publish
from portal.staff.reviewed import Kind

from .pages.review import PAGE, published_house, waiting_ad, waiting_house
from .registry import Scene
from .visitors import Visitor


async def test_an_officer_reads_a_house_as_everybody_will_and_what_only_they_see_beside_it(
    scene: Scene, visitor: Visitor
):
    path = await waiting_house(scene)
    await visitor.sign_in("bo lund")

    page = await visitor.get(path)

    everybody, ours = page.text.split("Bara för oss")
    assert "utsikt över sjön" in everybody
    assert "Lockne-Byn 2:15" in ours
    assert "Lockne-Byn 2:15" not in everybody.partition("<h1")[2]


async def test_publishing_leads_to_the_next_that_waits_and_the_public_sees_the_house(scene: Scene, visitor: Visitor):
    path = await waiting_house(scene)
    await waiting_house(scene)
    await visitor.sign_in("bo lund")

    answer = await visitor.post(path)
    there = await visitor.follow(answer)

    assert answer.status_code == 303
    assert there.url.path.startswith(f"{PAGE}/hus/")
    assert there.url.path != path
    assert "Publicerat" in there.text
    assert (await visitor.get(f"/tomma-hus/{path.rpartition('/')[2]}")).status_code == 200


async def test_what_a_colleague_has_published_meanwhile_is_told_on_the_same_page(scene: Scene, visitor: Visitor):
    path = await published_house(scene)
    await visitor.sign_in("bo lund")

    answer = await visitor.post(path)

    assert answer.status_code == 422
    assert "Huset är redan publicerat." in answer.text
    assert "Publicera huset" not in answer.text


class AskedTooOften:
    """A page whose service publishes what it is asked to, and then says no more."""

    def __init__(self, why: Exception) -> None:
        self.why = why

    def ask(self, _: object) -> "AskedTooOften":
        return self

    async def publish(self, _: object) -> None:
        pass

    async def sent_in(self, *_: object) -> None:
        raise self.why

    def go(self, path: str) -> Response:
        return RedirectResponse(path, 303)


@pytest.mark.parametrize("why", [Away("housing"), Refused(429, {})])
async def test_what_was_published_is_told_though_nobody_knows_what_waits(why: Exception):
    answer = await publish(AskedTooOften(why), Kind.HOUSES, uuid4())

    assert answer.headers["location"] == f"{PAGE}?typ=hus&klart=publicerat"


async def test_an_ad_is_published(scene: Scene, visitor: Visitor):
    path = await waiting_ad(scene)
    await visitor.sign_in("rita norén")

    await visitor.post(path)

    assert (await visitor.get(f"/lediga-jobb/{path.rpartition('/')[2]}")).status_code == 200


async def test_an_officer_of_houses_has_no_menu_of_ads(visitor: Visitor):
    await visitor.sign_in("bo lund")

    page = await visitor.get(PAGE)

    assert "typ=annonser" not in page.text
    assert (await visitor.get(f"{PAGE}?typ=annonser")).status_code == 403


async def test_only_what_waits_says_how_long(scene: Scene, visitor: Visitor):
    await waiting_house(scene)
    await published_house(scene)
    await visitor.sign_in("bo lund")

    waiting = await visitor.get(PAGE)
    published = await visitor.get(f"{PAGE}?status=publicerade")

    assert "Väntat" in waiting.text
    assert "Lockne-Byn 2:15" in published.text
    assert "Väntat" not in published.text


async def test_declining_with_a_reason_leads_to_the_next_that_waits(scene: Scene, visitor: Visitor):
    path = await waiting_house(scene)
    await waiting_house(scene)
    await visitor.sign_in("bo lund")

    answer = await visitor.post(f"{path}/avslag", {"reason": "Huset ligger i en annan kommun."})
    there = await visitor.follow(answer)
    declined = await visitor.get(path)

    assert answer.status_code == 303
    assert "Avslaget." in there.text
    assert "Här är nästa som väntar." in there.text
    assert "Huset ligger i en annan kommun." in declined.text
    assert "Publicera huset" not in declined.text
    assert path in (await visitor.get(f"{PAGE}?status=avslagna")).text


async def test_what_was_published_is_taken_down_and_the_public_no_longer_sees_it(scene: Scene, visitor: Visitor):
    path = await published_house(scene)
    everybodys = f"/tomma-hus/{path.rpartition('/')[2]}"
    await visitor.sign_in("bo lund")

    answer = await visitor.post(f"{path}/avslag?fran=publicerade", {"reason": "Huset är sålt."})
    there = await visitor.follow(answer)

    assert "visas inte längre" in there.text
    assert path not in there.text
    assert (await visitor.get(everybodys)).status_code == 404


async def test_nothing_is_declined_without_a_reason(scene: Scene, visitor: Visitor):
    path = await waiting_ad(scene)
    await visitor.sign_in("rita norén")

    page = await visitor.post(f"{path}/avslag", {"reason": " "})

    assert page.status_code == 422
    assert 'href="#svar-reason"' in page.text
    assert "Publicera annonsen" in page.text


async def test_a_reason_that_is_too_long_is_not_lost(scene: Scene, visitor: Visitor):
    path = await waiting_ad(scene)
    await visitor.sign_in("rita norén")

    page = await visitor.post(f"{path}/avslag", {"reason": "Lön saknas. " * 100})

    assert page.status_code == 422
    assert "Lön saknas. Lön saknas." in page.text
    assert 'href="#svar-reason"' in page.text
