"""Staff handle cases on pages: what can be done is offered, what was typed is never lost, and it is looked at first."""

import re
from html import unescape
from uuid import uuid4

from notifications.models.tasks import Task
from shared.database import Database
from tests.system import System

from .casework import NO_ACTION, WANTED, Desk
from .pages.staff_cases import ruled
from .registry import Scene
from .visitors import Visitor

CASES = "/handlaggare/arenden"
DECIDED = {
    "beslut.outcome": "no_action",
    "beslut.reasons": NO_ACTION["reasons"],
    "beslut.legal_basis": "26 kap. 9 § miljöbalken\n2 kap. 3 § miljöbalken",
    "beslut.conditions": "",
    "beslut.fee": "",
    "beslut.service": "receipt",
}


def hidden(text: str, step: str) -> dict[str, str]:
    """What the step's form has in it that nobody sees."""
    form = re.search(rf'action="[^"]*/{step}".*?</form>', text, re.DOTALL)
    assert form, f"{step} is not offered"
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0])}


def offered(text: str) -> set[str]:
    return set(re.findall(r'<details class="ds-details" id="([\w-]+)"', text))


async def sends(visitor: Visitor, reference: str, step: str, form: dict[str, str], **more: str) -> str:
    """The page that answers, in the end."""
    path = f"{CASES}/{reference}"
    page = await visitor.get(path)
    answer = await visitor.post(f"{path}/{step}", {**hidden(page.text, step), **form, **more})
    return (await visitor.follow(answer)).text


async def test_a_case_shows_its_answers_and_what_was_not_answered(clerk: Visitor, desk: Desk):
    page = await clerk.get(f"{CASES}/{await desk.receives()}")

    assert "Fläkten på taket låter hela natten." in page.text
    assert "Inte besvarad" in page.text


async def test_steps_are_offered_as_the_api_allows_them_and_no_others(clerk: Visitor, head: Visitor, desk: Desk):
    reference = await desk.receives()
    at_first = offered((await clerk.get(f"{CASES}/{reference}")).text)
    await sends(
        clerk, reference, "foresla", {f"foresla.{name[7:]}": text for name, text in DECIDED.items()}, gor="skicka"
    )

    of_clerk = offered((await clerk.get(f"{CASES}/{reference}")).text)
    of_head = offered((await head.get(f"{CASES}/{reference}")).text)

    assert {"komplettering", "komplett", "beslut", "foresla"} <= at_first
    assert {"delgivning", "upphav", "overklagande", "avgorande"}.isdisjoint(at_first)
    assert of_head - of_clerk == {"beslut"}


def mail_in(page: str) -> str:
    """The mail in a preview, which stands before what will be read in the case."""
    return page.partition(">Mejlet till den sökande<")[2].partition(">I ärendet<")[0]


async def test_a_request_is_looked_at_before_it_is_sent(clerk: Visitor, desk: Desk):
    reference = await desk.receives()
    form = {f"komplettering.{name}": text for name, text in WANTED.items()}

    looked_at = await sends(clerk, reference, "komplettering", form)
    before = (await desk.reads(reference))["status"]
    await sends(clerk, reference, "komplettering", form, gor="skicka")

    assert WANTED["wanted"] in looked_at
    assert "Något saknas: vi väntar på en komplettering från dig." in looked_at
    assert reference in mail_in(looked_at)
    assert before == "received"
    case = await desk.reads(reference)
    assert (case["status"], case["supplements"][0]["wanted"]) == ("awaiting_supplement", WANTED["wanted"])


async def test_from_the_preview_one_goes_back_to_what_was_typed(clerk: Visitor, desk: Desk):
    reference = await desk.receives()

    page = await sends(clerk, reference, "beslut", DECIDED, gor="andra")

    assert "Inga skäl att ingripa finns." in page
    assert re.search(r'id="beslut" open', page)


async def test_a_decision_is_looked_at_as_the_applicant_reads_it_and_as_a_pdf(clerk: Visitor, desk: Desk):
    reference = await desk.receives()
    path = f"{CASES}/{reference}/beslut"

    looked_at = await sends(clerk, reference, "beslut", DECIDED)
    document = await clerk.post(f"{path}/pdf", DECIDED)
    await sends(clerk, reference, "beslut", DECIDED, gor="skicka")

    assert "Hur man överklagar" in looked_at
    assert reference in mail_in(looked_at)
    assert document.content.startswith(b"%PDF-")
    [decision] = (await desk.reads(reference))["decisions"]
    assert decision["reasons"] == NO_ACTION["reasons"]
    assert decision["legal_basis"] == ["26 kap. 9 § miljöbalken", "2 kap. 3 § miljöbalken"]


async def test_a_proposal_is_what_the_boxes_of_the_decision_begin_with(head: Visitor, desk: Desk):
    reference = await desk.receives()
    await desk.takes(reference, "proposals", NO_ACTION)

    page = (await head.get(f"{CASES}/{reference}")).text

    assert re.search(r'name="beslut.outcome" value="no_action" checked', page)
    assert re.search(r'<textarea id="svar-beslut-reasons"[^>]*>\s*Bullret ligger under riktvärdena.', page)


async def test_what_is_wrong_is_said_at_the_box_and_nothing_typed_is_lost(clerk: Visitor, desk: Desk):
    reference = await desk.receives()
    form = {"forlang.due_on": "2020-01-01"}

    page = await sends(clerk, reference, "forlang", form)

    assert page.startswith("<!doctype html>")
    assert "<title>Fel:" in page
    assert re.search(r'id="svar-forlang-due_on"[^>]* value="2020-01-01"', page)
    assert "Ange en dag efter" in page


async def test_of_two_clerks_at_once_the_second_sees_what_changed_and_keeps_what_was_typed(
    clerk: Visitor, head: Visitor, desk: Desk
):
    reference = await desk.receives()
    read = hidden((await clerk.get(f"{CASES}/{reference}")).text, "meddelande")
    await sends(head, reference, "komplett", {"komplett.on": ""}, gor="skicka")

    path, text = f"{CASES}/{reference}/meddelande", {"meddelande.text": "En lång text.", "gor": "skicka"}
    answer = await clerk.post(path, {**read, **text})
    again = await clerk.post(path, {**hidden(answer.text, "meddelande"), **text})

    assert answer.status_code == 422
    assert "Ärendet förklarades komplett: Karl Åberg" in answer.text
    assert "En lång text.</textarea>" in answer.text
    assert again.status_code == 303
    assert [one["text"] for one in (await desk.reads(reference))["messages"]] == ["En lång text."]


async def test_a_form_that_is_sent_twice_is_taken_once(clerk: Visitor, desk: Desk):
    reference = await desk.receives()
    read = hidden((await clerk.get(f"{CASES}/{reference}")).text, "meddelande")
    form = {**read, "meddelande.text": "Hej!", "gor": "skicka"}

    answers = [await clerk.post(f"{CASES}/{reference}/meddelande", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len((await desk.reads(reference))["messages"]) == 1


async def test_a_decision_is_read_as_a_pdf(clerk: Visitor, desk: Desk):
    reference = await desk.receives()
    await desk.takes(reference, "decisions", {"decision": NO_ACTION})

    document = await clerk.get(f"{CASES}/{reference}/beslut/1.pdf")

    assert document.content.startswith(b"%PDF-")
    assert "_1.pdf" in document.headers["content-disposition"]


async def queued(system: System, desk: Desk, reference: str) -> None:
    """A task about the case, as notifications makes it of the event."""
    database = Database(system.settings("notifications"))
    async with database.transaction() as tx:
        facts = {"event_id": uuid4(), "about": str(uuid4()), "title": "Granska", "reference": reference}
        tx.add(Task(queue=(await desk.reads(reference))["unit"], **facts))
    await database.close()


async def test_a_case_is_taken_and_released(clerk: Visitor, system: System, desk: Desk):
    reference = await desk.receives()
    await queued(system, desk, reference)

    taken = await sends(clerk, reference, "ta", {})
    released = await sends(clerk, reference, "slapp", {})

    assert "Släpp ärendet" in taken
    assert "Ta ärendet" in released


async def test_a_case_that_is_done_is_done_from_its_page_and_leads_back_to_the_list(
    clerk: Visitor, system: System, desk: Desk
):
    reference = await desk.receives()
    await queued(system, desk, reference)
    await sends(clerk, reference, "ta", {})
    page = await clerk.get(f"{CASES}/{reference}?ko=mina&enhet=halsoskydd")

    answer = await clerk.post(
        f"{CASES}/{reference}/klar?ko=mina&enhet=halsoskydd", hidden(page.text, "klar\\?ko=mina&amp;enhet=halsoskydd")
    )

    assert answer.headers["location"].startswith("/handlaggare/inkorg?ko=mina&enhet=halsoskydd&gjort=klar")
    assert f"{reference} är klart." in (await clerk.follow(answer)).text
    assert "Släpp ärendet" not in (await clerk.get(f"{CASES}/{reference}")).text


async def test_what_one_does_with_a_case_keeps_the_list_that_one_came_from(clerk: Visitor, desk: Desk):
    reference = await desk.receives()
    form = {**hidden((await clerk.get(f"{CASES}/{reference}")).text, "komplett"), "komplett.on": "", "gor": "skicka"}

    answer = await clerk.post(f"{CASES}/{reference}/komplett?ko=alla&q=buller", form)

    assert answer.headers["location"] == f"{CASES}/{reference}?ko=alla&q=buller&klart=komplett"


async def test_who_comes_second_to_a_case_is_told_who_has_it(clerk: Visitor, head: Visitor, system: System, desk: Desk):
    reference = await desk.receives()
    await queued(system, desk, reference)
    task = hidden((await head.get(f"{CASES}/{reference}")).text, "ta")
    await sends(clerk, reference, "ta", {})

    answer = await head.post(f"{CASES}/{reference}/ta", task)

    assert answer.status_code == 422
    assert "Maja Berg" in answer.text


async def test_who_may_not_open_a_case_is_told_so(portal: str, desk: Desk):
    stranger = Visitor(portal)
    await stranger.sign_in("bo lund")

    answer = await stranger.get(f"{CASES}/{await desk.receives()}")

    assert answer.status_code == 403


async def test_what_the_court_did_with_a_decision_stands_with_it(scene: Scene, head: Visitor):
    page = await head.get(await ruled(scene))

    decision = page.text.partition(">Beslut</h2>")[2].partition(">Överklaganden</h2>")[0]
    assert "Prövat av <bdi>Länsstyrelsen i Jämtlands län</bdi>" in decision
    assert "Målnummer <bdi>505-1234-2026</bdi>" in decision
    assert "Beslutet står fast, eller överklagandet prövades inte" in decision
    assert "Överklagandet avslås." in decision
