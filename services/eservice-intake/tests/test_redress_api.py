"""Before anything is sent in, it is told what one can do about a decision."""

import pytest

from eservice_intake.catalogue.eservices import catalogue


@pytest.mark.parametrize("eservice", sorted(catalogue().eservices))
@pytest.mark.parametrize(("language", "word"), [("sv", "länsstyrelsen"), ("en", "county administrative board")])
async def test_each_e_service_says_how_to_appeal_where_something_is_decided(client, eservice, language, word):
    told = (await client.get(f"/eservices/{eservice}/redress", headers={"Accept-Language": language})).json()

    is_decided = catalogue().kinds[catalogue().eservices[eservice].kind].decided
    assert told["is_decided"] == is_decided
    assert (word in (told["how_to_appeal"] or "")) == is_decided
    assert "{" not in (told["how_to_appeal"] or "")


async def test_how_to_appeal_is_told_in_paragraphs_without_the_number_that_no_case_has_yet(client):
    told = (await client.get("/eservices/varmepump/redress", headers={"Accept-Language": "sv"})).json()

    first, second = told["how_to_appeal"].split("\n\n")
    assert "\n" not in first + second
    assert first.endswith("Ange ärendets nummer, ditt namn och hur du nås.")


async def test_an_unknown_e_service_is_refused(client):
    answer = await client.get("/eservices/okand/redress")

    assert (answer.status_code, answer.json()["code"]) == (404, "UnknownEService")
