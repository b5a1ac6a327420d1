"""Two people change the permit guide while somebody answers it: what was begun, and what was shared, goes on."""

from datetime import timedelta

import pytest

from testkit.waiting import until
from tests.system import System

from .applying import Applicant
from .definitions import GUIDE as NAME
from .definitions import OLLE, Editor
from .pages.permit_guide import GUIDE, HAIRDRESSER
from .test_permit_guide_pages import answered
from .visitors import Visitor

OTHER = "Guiden har ändrats"


@pytest.fixture
def change(system: System, visitor: Visitor):
    """Alma writes another help text of the first question, Olle approves it; the portal notices by itself."""
    alma, olle = (Editor(system, subject, NAME, "guide") for subject in ("alma sund", OLLE))

    async def change_it(text: str, within: timedelta | None = None) -> None:
        written = await alma.writes(text, place="questions.0.help")
        await alma.publishes(await olle.approves(written), within)

        async def noticed() -> bool:
            return text in (await Applicant.at(visitor, f"{GUIDE}/fragor")).text

        await until(noticed)

    return change_it


async def test_what_was_begun_goes_on_with_the_guide_that_it_was_begun_with(visitor: Visitor, change):
    await change("Välj en av dem.")
    page = await Applicant.at(visitor, f"{GUIDE}/fragor")
    await change("Välj den bästa.")

    after = await answered(page, sector="annat")
    first = await after.go("Tillbaka")

    assert "Välj en av dem." in first.text
    assert "Välj den bästa." in (await Applicant.at(visitor, f"{GUIDE}/fragor")).text


async def test_a_result_that_was_shared_is_shown_after_the_guide_has_changed(visitor: Visitor, change):
    shared = (await Applicant.at(visitor, f"{GUIDE}/fragor?{HAIRDRESSER}")).path
    await change("Välj något av det här.")

    page = await Applicant.at(visitor, shared)

    assert "definition=" in shared
    assert (page.answer.status_code, page.path, OTHER in page.text) == (200, shared, False)


async def test_a_result_of_a_guide_that_is_no_longer_taken_is_that_of_today_and_says_so(visitor: Visitor, change):
    shared = (await Applicant.at(visitor, f"{GUIDE}/fragor?{HAIRDRESSER}")).path
    await change("Välj ett svar.", within=timedelta(seconds=2))

    page = await Applicant.at(visitor, shared)

    assert page.heading == "Det här behöver du göra"
    assert f"{OTHER} sedan du började eller fick länken." in page.text
    assert page.path != shared


async def test_a_version_that_never_was_leaves_the_address(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?{HAIRDRESSER}&definition={'0' * 64}")

    assert (page.answer.status_code, page.heading) == (200, "Det här behöver du göra")
