"""Every procedure is described in English as in Swedish, by what its e-service says."""

import re
from html import escape, unescape

import pytest

from eservice_intake.catalogue.eservices import catalogue

from .new_question import REASON
from .visitors import Visitor

ALTERNATE = re.compile('<link rel="alternate" hreflang="([a-z]+)" href="([^"]+)">')
EVERY = sorted(catalogue().eservices)


@pytest.mark.parametrize("eservice", EVERY)
async def test_a_procedure_says_in_english_all_that_one_must_know(visitor: Visitor, eservice: str):
    one = catalogue().eservices[eservice]

    page = unescape((await visitor.get(f"/en/forfaranden/{eservice}")).text)

    told = [one.en, one.summary.en, one.fee.en, *(law.en for law in one.legal_basis), catalogue().units[one.unit].en]
    told += [said.en for said in (one.lead_time, one.deadline, one.may_start) if said]
    assert [text for text in told if text not in page] == []
    assert ("county administrative board" in page) == one.kinds[one.kind].decided
    assert "Delar av sidan" not in page
    assert f'href="/en/e-tjanster/{eservice}"' in page


async def test_a_law_is_told_in_english_as_english(visitor: Visitor):
    law = escape(catalogue().eservices["varmepump"].legal_basis[0].en)

    pages = [(await visitor.get(f"/en/{path}/varmepump")).text for path in ("e-tjanster", "forfaranden")]

    assert [f"<li>{law}</li>" in page for page in pages] == [True, True]


@pytest.mark.parametrize(("lang", "address"), [("en", "/en/forfaranden/varmepump"), ("sv", "/forfaranden/varmepump")])
async def test_a_link_from_abroad_names_the_language(visitor: Visitor, lang: str, address: str):
    answer = await visitor.get(f"/forfaranden/varmepump?lang={lang}")

    assert (answer.status_code, answer.headers["location"]) == (303, address)


@pytest.mark.parametrize("path", ["/forfaranden/varmepump", "/forfaranden", "/e-tjanster/varmepump"])
async def test_a_page_about_a_procedure_names_itself_in_each_language(visitor: Visitor, portal: str, path: str):
    pages = [(await visitor.get(f"{prefix}{path}?x=1")).text for prefix in ("", "/en", "/ar")]

    found = [dict(ALTERNATE.findall(page)) for page in pages]

    assert found[0] == found[1] == found[2]
    assert found[0] == {lang: f"{portal}{prefix}{path}" for lang, prefix in (("sv", ""), ("en", "/en"), ("ar", "/ar"))}


async def test_whoever_must_sign_in_is_told_why(visitor: Visitor):
    pages = [(await visitor.get(f"/en/{path}/varmepump")).text for path in ("e-tjanster", "forfaranden")]

    assert [REASON["en"] in page for page in pages] == [True, True]


async def test_every_procedure_is_listed_and_each_e_service_leads_to_its_own(visitor: Visitor):
    listed = (await visitor.get("/en/forfaranden")).text

    assert [one for one in EVERY if f'href="/en/forfaranden/{escape(one)}"' not in listed] == []
    assert 'href="/forfaranden/varmepump"' in (await visitor.get("/e-tjanster/varmepump")).text
    assert 'href="/forfaranden"' in (await visitor.get("/e-tjanster")).text
