"""Who may see a case, that no secret stays in an address, and that what one sends arrives once."""

from uuid import UUID

import pytest
from playwright.async_api import Browser

from .browser import watched
from .cases import WANTED, Casework, hidden, opened
from .visitors import Visitor

FILES = [("filer-fil", ("planritning.pdf", b"%PDF-1.7 the plan", "application/pdf"))]


async def test_a_link_with_the_code_leads_to_an_address_without_it(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    secret = applicant.receipt["secret"]

    followed = await visitor.get(f"/arenden/{applicant.reference}/kod/{secret}")
    page = await visitor.follow(followed)

    assert followed.headers["location"] == f"/arenden/{applicant.reference}"
    assert followed.headers["x-robots-tag"] == "noindex, nofollow"
    assert secret not in page.text + str(page.url) + str(dict(visitor.http.cookies))
    assert (page.headers["cache-control"], page.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")


async def test_reference_and_code_open_the_case(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    typed = applicant.reference.lower().replace("-", " ")

    answer = await visitor.post("/arenden", {"referens": typed, "kod": applicant.receipt["secret"]})
    page = await visitor.follow(answer)

    assert answer.status_code == 303
    assert "läser igenom det" in page.text


async def test_a_wrong_code_opens_nothing_and_keeps_what_was_typed(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()

    answer = await visitor.post("/arenden", {"referens": applicant.reference, "kod": "min kod"})

    assert answer.status_code == 422
    assert f'value="{applicant.reference}"' in answer.text
    assert 'value="min kod"' in answer.text


async def test_a_case_is_shown_to_nobody_who_has_not_opened_it(visitor: Visitor, casework: Casework):
    applicant = await casework.decided()

    for part in ("", "/beslut", "/beslut/pdf", "/kopia", "/komplettera", "/beslut/overklaga", "/aterkalla"):
        answer = await visitor.get(f"/arenden/{applicant.reference}{part}")
        assert answer.headers["location"] == f"/arenden?referens={applicant.reference}"


async def test_somebody_else_who_has_signed_in_does_not_see_it(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    await visitor.sign_in("omar haddad")

    answer = await visitor.get(f"/arenden/{applicant.reference}")

    assert answer.headers["location"] == f"/arenden?referens={applicant.reference}"


async def test_who_signs_in_comes_to_the_case_and_finds_it_in_the_list(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()

    page = await visitor.sign_in("karin ek", f"/arenden/{applicant.reference}")
    mine = await visitor.get("/arenden")

    assert page.url.path == f"/arenden/{applicant.reference}"
    assert f'href="/arenden/{applicant.reference}"' in mine.text


async def test_a_case_that_is_closed_in_a_browser_is_closed(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    await opened(visitor, applicant)

    await visitor.post(f"/arenden/{applicant.reference}/stang")

    assert (await visitor.get(f"/arenden/{applicant.reference}")).status_code == 303


async def test_a_cookie_that_is_not_ours_opens_nothing(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    visitor.http.cookies["opened"] = f'{{"{applicant.reference}": ["{applicant.receipt["secret"]}", 9999999999]}}'

    assert (await visitor.get(f"/arenden/{applicant.reference}")).status_code == 303


async def test_what_was_written_when_the_case_had_been_closed_is_kept(visitor: Visitor):
    answer = await visitor.post("/arenden/K7MP-2XWB/meddelanden", {"text": "ett & <två>"})

    assert answer.status_code == 401
    assert "ett &amp; &lt;två&gt;" in answer.text


async def test_a_supplement_that_is_sent_twice_arrives_once(visitor: Visitor, casework: Casework):
    applicant = await casework.asked()
    await opened(visitor, applicant)
    path = f"/arenden/{applicant.reference}/komplettera"
    asked = await visitor.get(path)
    form = {"text": "Köket är 20 kvadratmeter.", "nyckel": hidden(asked.text, "nyckel")}

    answers = [await visitor.post(path, form, files=FILES) for _ in "ab"]

    assert WANTED.splitlines()[0] in asked.text
    assert [one.headers["location"] for one in answers] == [f"/arenden/{applicant.reference}?klart=komplettering"] * 2
    told = (await applicant.look())["progress"]
    assert [one["answer"] for one in told["supplements"]] == ["Köket är 20 kvadratmeter."]
    assert [one["filename"] for one in told["attachments"]] == ["planritning.pdf"]


async def test_a_file_is_kept_when_the_answer_is_missing(visitor: Visitor, casework: Casework):
    applicant = await casework.asked()
    await opened(visitor, applicant)
    path = f"/arenden/{applicant.reference}/komplettera"

    refused = await visitor.post(path, {"text": ""}, files=FILES)
    kept = hidden(refused.text, "filer")
    await visitor.post(path, {"text": "Här är den.", "filer": kept})

    assert refused.status_code == 422
    assert [one["filename"] for one in (await applicant.look())["progress"]["attachments"]] == ["planritning.pdf"]


async def test_a_file_that_is_not_taken_is_named_and_the_text_is_kept(visitor: Visitor, casework: Casework):
    applicant = await casework.asked()
    await opened(visitor, applicant)
    program = [("filer-fil", ("program.exe", b"MZ", "application/pdf"))]

    answer = await visitor.post(f"/arenden/{applicant.reference}/komplettera", {"text": "Mitt svar"}, files=program)

    assert answer.status_code == 422
    assert "program.exe" in answer.text
    assert "Mitt svar" in answer.text


async def test_a_file_can_be_taken_away_before_it_is_sent(visitor: Visitor, casework: Casework):
    applicant = await casework.asked()
    await opened(visitor, applicant)
    path = f"/arenden/{applicant.reference}/komplettera"
    added = await visitor.post(path, {"text": "Mitt svar", "ladda-upp": "ja"}, files=FILES)
    kept = hidden(added.text, "filer")

    without = await visitor.post(path, {"text": "Mitt svar", "filer": kept, "ta-bort": f"filer:{kept}"})

    assert "planritning.pdf" in added.text
    assert "planritning.pdf" not in without.text
    assert "Mitt svar" in without.text


async def test_a_refused_file_is_replaced(visitor: Visitor, casework: Casework):
    applicant, file_id = await casework.infected()
    await opened(visitor, applicant)

    page = await visitor.get(f"/arenden/{applicant.reference}")
    new = [("filer-fil", ("nygjord.pdf", b"%PDF-1.7 made anew", "application/pdf"))]
    await visitor.post(f"/arenden/{applicant.reference}/filer/{file_id}/byt", {}, files=new)

    assert f"/filer/{file_id}/byt" in page.text
    assert [one["filename"] for one in (await applicant.look())["progress"]["attachments"]] == ["nygjord.pdf"]


async def test_a_message_reaches_the_handler_once(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    await opened(visitor, applicant)
    form = {"text": "När blir det klart?", "nyckel": UUID(int=7).hex}

    for _ in "ab":
        await visitor.post(f"/arenden/{applicant.reference}/meddelanden", form)

    messages = (await casework.clerk.read(applicant.reference))["messages"]
    assert [one["text"] for one in messages] == ["När blir det klart?"]


async def test_nothing_is_withdrawn_before_one_has_said_yes(visitor: Visitor, casework: Casework):
    applicant = await casework.sent_in()
    await opened(visitor, applicant)
    path = f"/arenden/{applicant.reference}/aterkalla"

    asked = await visitor.get(path)
    was = (await applicant.look())["status"]
    done = await visitor.follow(await visitor.post(path, {"nyckel": hidden(asked.text, "nyckel")}))

    assert (was, (await applicant.look())["status"]) == ("received", "withdrawn")
    assert "Du har återkallat ärendet" in done.text


@pytest.mark.chromium
async def test_a_page_of_a_case_leads_nowhere_with_its_code(chromium: Browser, casework: Casework, portal: str):
    applicant, seen = await casework.sent_in(), []
    async with watched(chromium, base_url=portal) as page:
        page.on("request", lambda request: seen.append(str(request.headers.get("referer", ""))))

        await page.goto(f"/arenden/{applicant.reference}/kod/{applicant.receipt['secret']}")
        await page.get_by_role("link", name="Kontakt").click()
        seen.append(page.url)

    assert applicant.receipt["secret"] not in "".join(seen)
