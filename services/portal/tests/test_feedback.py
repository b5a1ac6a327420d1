"""Who has had a case says what it was like, and those who lead read it."""

from .cases import Casework, opened
from .pages.statistics import COMMENTS, WRITTEN, with_comments
from .registry import Scene
from .visitors import Visitor

ANSWERS = {"rating": "4", "succeeded": "ja", "comment": "Det gick bra."}


async def test_a_case_that_is_over_asks_what_it_was_like_once(visitor: Visitor, casework: Casework):
    applicant = await casework.decided()
    await opened(visitor, applicant)
    path = f"/arenden/{applicant.reference}"
    before = (await visitor.get(path)).text

    sent = [await visitor.post(f"{path}/omdome", ANSWERS) for _ in "ab"]

    after = (await visitor.follow(sent[0])).text
    assert [one.headers["location"] for one in sent] == [f"{path}?klart=omdome"] * 2
    assert (f'href="{path}/omdome"' in before, f'href="{path}/omdome"' in after) == (True, False)
    assert "Tack!" in after
    assert (await visitor.get(f"{path}/omdome")).headers["location"] == path


async def test_a_case_that_goes_on_does_not_ask(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    await opened(visitor, applicant)

    page = await visitor.get(f"/arenden/{applicant.reference}")

    assert "omdome" not in page.text


async def test_what_was_written_stays_when_a_question_is_not_answered(visitor: Visitor, casework: Casework):
    applicant = await casework.decided()
    await opened(visitor, applicant)

    refused = await visitor.post(f"/arenden/{applicant.reference}/omdome", {"comment": "Två & en halv"})

    assert (refused.status_code, "Två &amp; en halv" in refused.text) == (422, True)
    assert 'href="#svar-rating"' in refused.text


async def test_a_head_reads_what_was_written_and_of_no_case(scene: Scene, visitor: Visitor):
    await with_comments(scene)
    await visitor.sign_in("karl åberg")

    page = (await visitor.get(COMMENTS)).text

    assert WRITTEN[0][1].splitlines()[0] in page
    assert "Svårt · Kunde inte göra det de kom för" in page
    assert f'href="{COMMENTS}"' in (await visitor.get("/handlaggare/statistik")).text
