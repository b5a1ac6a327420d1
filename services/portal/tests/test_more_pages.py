"""A list that has more than a page goes on where the page ended, and leads back to where it began."""

import re
from itertools import chain

from portal.staff.inbox_list import ON_A_PAGE

from .casework import Desk
from .registry import Scene
from .tasks import TODAY, case, clear, put
from .visitors import Visitor

MORE_CASES_THAN_A_PAGE = 25


async def pages_of(visitor: Visitor, path: str) -> list[list[str]]:
    """The references on each page of a list, as one comes to them by its links."""
    pages, first = [], path
    while path:
        text = (await visitor.get(path)).text
        pages.append(re.findall(r'<tr id="rad-[^"]+".*?<bdi>([0-9A-Z]{4}-[0-9A-Z]{4})</bdi>', text, re.DOTALL))
        assert ("Från början" in text) is (path != first)
        path = "".join(re.findall(r'rel="next" href="([^"]+)"', text)).replace("&amp;", "&")
    return pages


async def test_a_search_for_cases_goes_on(clerk: Visitor, desk: Desk):
    sent = [await desk.receives(place="Pumpgränd 3") for _ in range(MORE_CASES_THAN_A_PAGE)]

    pages = await pages_of(clerk, "/handlaggare/arenden?q=pumpgr%C3%A4nd")

    assert len(pages) == 2
    assert list(chain(*pages)) == sent[::-1]


async def test_the_inbox_goes_on(clerk: Visitor, scene: Scene):
    references = [f"P{number:03}-2AAA" for number in range(ON_A_PAGE + 1)]
    await clear(scene.system, "miljoskydd")
    await put(scene.system, *(case(one, "Anmälan om cistern", queue="miljoskydd", due_on=TODAY) for one in references))

    pages = await pages_of(clerk, "/handlaggare/inkorg?enhet=miljoskydd")
    await clear(scene.system, "miljoskydd")

    assert len(pages) == 2
    assert sorted(chain(*pages)) == references
