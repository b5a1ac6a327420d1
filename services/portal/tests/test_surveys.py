"""Staff ask companies what they need, and everybody reads what the companies said, without JavaScript."""

import re

import pytest

from portal.clients.eservices import Brief
from portal.clients.surveys import SURVEY
from portal.menus import OF_STAFF
from portal.models import Kind
from portal.published import Published
from portal.sessions import Person

from . import surveys
from .registry import Scene
from .visitors import Visitor

STAFF = "/handlaggare/undersokningar"
START = "/e-tjanster/naringslivsundersokning"
FIRST, SECOND, *_ = surveys.ORGNRS
COMPANIES = f"{FIRST}; Krog 0 AB; krog0@example.com\n\n{SECOND}\tKrog 1 AB\tkrog1@example.com\n"


@pytest.fixture
async def nora(visitor: Visitor) -> Visitor:
    await visitor.sign_in("nora vik")
    return visitor


async def test_nobody_fills_in_the_survey_for_nothing_when_no_round_is_open(scene: Scene, visitor: Visitor):
    await surveys.none_is_open(scene.system)
    shut = (await visitor.get(START)).text
    await surveys.opened(scene.system, "Våren 2027")

    there = (await visitor.get(START)).text

    assert "Undersökningen är inte öppen just nu" in shut
    assert f"{START}/utkast/" not in shut
    assert f"{START}/utkast/" in there


async def test_a_round_is_opened_and_leads_to_inviting(scene: Scene, nora: Visitor):
    await surveys.none_is_open(scene.system)
    form = {"name": "Hösten 2031", "answer_by-ar": "2031", "answer_by-manad": "12", "answer_by-dag": "18"}

    page = await nora.follow(await nora.post(STAFF, form))

    assert "Omgången är öppen" in page.text
    assert "18 december 2031" in page.text.replace("\u00a0", " ")
    assert await surveys.open_one(scene.system) == page.url.path.rpartition("/")[2]


async def test_a_round_whose_last_day_has_been_is_refused_and_what_was_typed_stays(scene: Scene, nora: Visitor):
    await surveys.none_is_open(scene.system)
    form = {"name": "Hösten 2019", "answer_by-ar": "2019", "answer_by-manad": "12", "answer_by-dag": "18"}

    refused = await nora.post(STAFF, form)

    assert (refused.status_code, 'value="Hösten 2019"' in refused.text) == (422, True)
    assert await surveys.open_one(scene.system) is None


async def test_somebody_who_has_opened_a_round_meanwhile_is_told_of(scene: Scene, nora: Visitor):
    await surveys.opened(scene.system, "Våren 2027")
    form = {"name": "Hösten 2031", "answer_by-ar": "2031", "answer_by-manad": "12", "answer_by-dag": "18"}

    refused = await nora.post(STAFF, form)

    assert (refused.status_code, "En annan omgång är öppen" in refused.text) == (422, True)
    assert 'value="Hösten 2031"' in refused.text


async def test_companies_are_invited_line_by_line_and_each_is_written_to_once(scene: Scene, nora: Visitor):
    path = f"{STAFF}/{await surveys.opened(scene.system, 'Våren 2027')}"

    first = await nora.follow(await nora.post(f"{path}/inbjudningar", {"companies": COMPANIES}))
    second = await nora.follow(await nora.post(f"{path}/inbjudningar", {"companies": COMPANIES}))

    assert "2 företag är inbjudna" in first.text
    assert re.findall(r"mailto:(krog\d@example.com)", first.text) == ["krog0@example.com", "krog1@example.com"]
    assert "2 var det redan" in second.text


async def test_a_line_that_is_wrong_is_named_and_nobody_is_invited(scene: Scene, nora: Visitor):
    path = f"{STAFF}/{await surveys.opened(scene.system, 'Våren 2027')}"

    refused = await nora.post(f"{path}/inbjudningar", {"companies": f"{COMPANIES}{surveys.ORGNRS[2]}; Krog 2; krog"})

    assert (refused.status_code, "Rad 4, e-postadressen" in refused.text) == (422, True)
    assert "Krog 2; krog</textarea>" in refused.text
    assert "Inga företag är inbjudna" in refused.text


async def test_staff_see_who_has_answered(scene: Scene, nora: Visitor):
    round_id = await surveys.opened(scene.system, "Våren 2027")
    await surveys.invited(scene.system, round_id)
    await surveys.answered(scene.system, 0, 5)

    text = (await nora.get(f"{STAFF}/{round_id}")).text

    answered = [re.sub("<[^>]*>", " ", row).split() for row in re.findall(r"<tr><td>(.*?)</tr>", text)]
    assert [" ".join(row[:2]) for row in answered if "Har" in row] == ["Krog 0"]
    assert "<b>2</b>" in text


async def test_closing_is_asked_twice_and_done_once_and_the_result_is_for_everybody(scene: Scene, nora: Visitor):
    round_id = await surveys.opened(scene.system, "Våren 2027")
    await surveys.answered_by_all(scene.system)
    asked = (await nora.get(f"{STAFF}/{round_id}?stang=1")).text

    done = [await nora.post(f"{STAFF}/{round_id}/stang") for _ in range(2)]

    result = (await nora.get(f"/naringslivsundersokning?omgang={round_id}")).text
    file = (await nora.get(f"/naringslivsundersokning/{round_id}.csv")).text
    assert "Det går inte att ångra" in asked
    assert [answer.status_code for answer in done] == [303, 303]
    assert await surveys.open_one(scene.system) is None
    assert 'id="restaurang"' in result
    assert "restaurang" in file.lower()


async def test_the_survey_is_in_the_menu_of_those_who_ask_only(visitor: Visitor, nora: Visitor):
    own = (await nora.get("/handlaggare/inkorg")).text
    await visitor.sign_in("maja berg")

    others = (await visitor.get("/handlaggare/inkorg")).text

    assert (f'href="{STAFF}"' in own, f'href="{STAFF}"' in others) == (True, False)


@pytest.mark.parametrize(("unit", "is_there"), [("mark", True), ("naringsliv", False)])
def test_the_survey_is_in_the_menu_of_the_unit_that_its_e_service_is_of(unit: str, is_there: bool):
    published = Published()
    published.learn([Brief.model_construct(id=SURVEY, unit="mark", bookable=False)])
    person = Person(Kind.STAFF, "nora", "Nora Vik", "token", 0, roles=["caseworker"], units=[unit])

    [entry] = [one for one in OF_STAFF if one.path == STAFF]

    assert entry.is_for(person, published) is is_there


async def test_the_entrance_leads_to_the_survey(visitor: Visitor):
    assert 'href="/naringslivsundersokning"' in (await visitor.get("/")).text
