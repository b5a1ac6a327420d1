"""Who may decide by delegation, who proposes, and what the board is told of it."""

import io

import pypdf
import pytest

from shared.events import DecisionMade, DecisionProposed

from .cases import received, take
from .decisions import CONTENT, PERMIT, decisions_of, kinds


async def test_a_caseworker_decides_what_is_delegated_to_them(client, anna, complaint, published):
    answer = await take(client, anna, complaint, "decisions", {"decision": CONTENT})

    [made] = await decisions_of(client, anna, complaint)
    assert (answer.json()["case_status"], answer.json()["delegation"]) == ("decided", "1.1")
    assert (made["decided_by_name"], made["outcome_text"]) == ("Anna Ek", "Ingen åtgärd")
    event = (await published.fetch())[-1]
    assert isinstance(event, DecisionMade)
    assert (event.outcome, event.appealable, event.encloses) == ("no_action", True, False)
    assert "Bullret" not in event.model_dump_json()


async def test_beyond_delegation_one_proposes_and_another_decides(
    client, anna, chief, complaint, published, monkeypatch
):
    refused = await take(client, anna, complaint, "decisions", {"decision": PERMIT})
    proposed = await take(client, anna, complaint, "proposals", PERMIT)
    made = await take(client, chief, complaint, "decisions", {})

    assert (refused.status_code, refused.json()["code"]) == (403, "BeyondDelegation")
    assert (proposed.json()["case_status"], proposed.json()["is_proposal"]) == ("proposed", True)
    assert (made.json()["case_status"], made.json()["delegation"]) == ("decided", "2.1")
    [decision] = await decisions_of(client, chief, complaint)
    assert (decision["proposed_by_name"], decision["decided_by_name"]) == ("Anna Ek", "Bo Berg")
    assert decision["conditions"] == ["Brunnen ska tätas."]
    assert (await kinds(published))[-2:] == [DecisionProposed, DecisionMade]


async def test_who_proposed_does_not_decide(client, chief, complaint):
    await take(client, chief, complaint, "proposals", CONTENT)

    refused = await take(client, chief, complaint, "decisions", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "FourEyes")


async def test_what_is_not_proposed_cannot_be_decided_as_proposed(client, anna, complaint):
    refused = await take(client, anna, complaint, "decisions", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "NothingProposed")


async def test_the_board_is_told_of_delegated_decisions_by_month(client, anna, staff, decided, clock):
    other = staff("caseworker", units=["avlopp"])

    november = await client.get("/decisions/delegated", headers=anna, params={"month": "2026-11"})
    december = await client.get("/decisions/delegated", headers=anna, params={"month": "2026-12"})
    elsewhere = await client.get("/decisions/delegated", headers=other, params={"month": "2026-11"})
    fenced = await client.get("/decisions/delegated", headers=other, params={"month": "2026-11", "unit": "halsoskydd"})

    [line] = november.json()["items"]
    assert (line["delegation"], line["outcome"], line["decided_by_name"]) == ("1.1", "no_action", "Anna Ek")
    assert (december.json()["items"], elsewhere.json()["items"]) == ([], [])
    assert fenced.status_code == 403


async def test_the_board_is_told_of_a_confidential_decision_without_what_it_says(client, anna, staff, decided, clock):
    await take(client, anna, decided, "secrecy", {"confidential": True})
    head = staff("unit-head", subject="head", units=["halsoskydd"])

    lists = [
        await client.get("/decisions/delegated", headers=headers, params={"month": "2026-11"})
        for headers in (anna, head)
    ]

    [hidden], [open_] = [response.json()["items"] for response in lists]
    assert (hidden["diary_number"], hidden["outcome"], hidden["decided_by_name"]) == (open_["diary_number"], None, None)
    assert open_["outcome"] == "no_action"


async def test_the_board_has_the_month_as_a_table_for_spreadsheets(client, anna, decided):
    answer = await client.get("/decisions/delegated", headers=anna, params={"month": "2026-11", "format": "csv"})

    text = answer.content.decode("utf-8")
    heading, line = text.removeprefix("\ufeff").splitlines()
    assert text.startswith("\ufeff")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="delegationsbeslut-2026-11.csv"' in answer.headers["content-disposition"]
    assert heading == "Diarienummer;Beslut;Ärende;Enhet;Utfall;Delegation;Beslutat;Beslutat av"
    assert line.split(";")[1] == "1"
    assert line.split(";")[3:] == ["Hälsoskydd", "Ingen åtgärd", "1.1", "2026-11-26", "Anna Ek"]


async def test_the_table_has_the_whole_month_however_many_a_page_has(client, anna, clock):
    for _ in range(3):
        await take(client, anna, await received(client), "decisions", {"decision": CONTENT})

    wanted = {"month": "2026-11", "format": "csv", "limit": 1}
    answer = await client.get("/decisions/delegated", headers=anna, params=wanted)

    assert len(answer.text.splitlines()) == 4


@pytest.mark.parametrize("name", ["=1+1", "+46", "-1", "@SUM(A1)"])
async def test_no_cell_of_the_table_is_a_formula(client, staff, complaint, name):
    caseworker = staff("caseworker", subject="x", name=name, units=["halsoskydd"])
    await take(client, caseworker, complaint, "decisions", {"decision": CONTENT})

    answer = await client.get("/decisions/delegated", headers=caseworker, params={"month": "2026-11", "format": "csv"})

    assert answer.text.splitlines()[1].endswith(f";'{name}")


@pytest.mark.parametrize(("month", "says"), [("2026-11", "Anna Ek"), ("2026-12", "Inga beslut")])
async def test_the_board_has_the_month_as_a_document(client, anna, decided, month, says):
    answer = await client.get("/decisions/delegated", headers=anna, params={"month": month, "format": "pdf"})

    assert answer.headers["content-type"] == "application/pdf"
    words = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert f"Delegationsbeslut {month}" in words
    assert says in " ".join(words.split())


async def test_another_units_month_is_not_had_as_a_table_either(client, staff, decided):
    other, wanted = staff("caseworker", units=["avlopp"]), {"month": "2026-11", "format": "csv"}

    own = await client.get("/decisions/delegated", headers=other, params=wanted)
    fenced = await client.get("/decisions/delegated", headers=other, params={**wanted, "unit": "halsoskydd"})

    assert (len(own.text.splitlines()), fenced.status_code) == (1, 403)


async def test_what_was_proposed_in_another_unit_is_decided_in_the_unit_that_the_case_has(
    client, anna, staff, complaint
):
    await take(client, anna, complaint, "proposals", CONTENT)
    await take(client, anna, complaint, "move", {"unit": "avlopp"})
    head = staff("unit-head", subject="eva", name="Eva Ås", units=["avlopp"])

    await take(client, head, complaint, "decisions", {})

    listed = await client.get("/decisions/delegated", headers=head, params={"month": "2026-11"})
    assert [line["unit"] for line in listed.json()["items"]] == ["avlopp"]


async def test_beyond_delegation_a_changed_decision_is_for_somebody_else(client, anna, decided):
    refused = await take(client, anna, decided, "decision-changes", {"decision": PERMIT})

    assert (refused.status_code, refused.json()["code"]) == (403, "BeyondDelegation")
    assert "Föreslå" in refused.json()["detail"]
