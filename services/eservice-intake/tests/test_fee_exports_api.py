"""The invoice basis: each approved fee is in one export, which is read again by its number."""

import csv
import io

import pytest

from .cases import audited, take
from .fees import NOVEMBER, approved, business, controlled


@pytest.fixture
def head(staff):
    return staff("unit-head", subject="hugo", name="Hugo Chef", units=["livsmedel"])


@pytest.fixture
async def charged(client, clock, head, resident):
    """A restaurant whose fee is approved."""
    receipt = await business(client, resident, invoice_reference="=KST 42")
    assert (await approved(client, head, receipt)).status_code == 200
    return receipt


async def exported(client, headers, **form):
    return await client.post("/fee-exports", json={**NOVEMBER, **form}, headers=headers)


async def test_an_approved_fee_is_exported_once(client, head, charged):
    first = await exported(client, head)
    again = await exported(client, head)

    assert (first.status_code, first.json()["fees"], first.json()["total"]) == (201, 1, 1405)
    assert (again.status_code, again.json()["code"]) == (409, "NothingToExport")


async def test_what_waits_to_be_approved_is_not_exported(client, head, clock, resident):
    await controlled(client, head, await business(client, resident))

    assert (await exported(client, head)).status_code == 409


async def test_an_export_says_who_pays_what_for_which_case(client, head, charged):
    number = (await exported(client, head)).json()["number"]

    [line] = (await client.get(f"/fee-exports/{number}", headers=head)).json()["items"]

    assert (line["payer"], line["payer_number"], line["amount"]) == ("Älgen AB", "5560160680", 1405)
    assert (line["address"], line["reference"]) == ("Storgatan 12, 831 30 Östersund", "=KST 42")
    assert line["export_number"] == number


async def test_a_table_for_spreadsheets_has_no_formulas(client, head, charged):
    number = (await exported(client, head)).json()["number"]

    answer = await client.get(f"/fee-exports/{number}?format=csv", headers=head)

    [row] = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";")
    assert (row["amount"], row["item"], row["reference"]) == ("1405", "2.1", "'=KST 42")


async def test_an_exported_fee_stays_as_it_is(client, head, charged):
    await exported(client, head)

    refused = await approved(client, head, charged, amount=1, reason="Fel.")

    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyExported")


async def test_a_control_after_the_export_is_in_the_next(client, head, charged):
    first = (await exported(client, head)).json()
    fee = await controlled(client, head, charged)
    await approved(client, head, charged, control_id=fee["id"])

    second = (await exported(client, head)).json()

    assert (second["number"], second["total"]) == (first["number"] + 1, 3513)


async def test_a_fee_outside_the_period_is_not_exported(client, head, charged):
    assert (await exported(client, head, until="2026-11-25")).status_code == 409


async def test_a_period_that_ends_before_it_begins_is_refused(client, head):
    assert (await exported(client, head, until="2026-10-31")).status_code == 422


async def test_another_units_fees_are_not_ones_own(client, staff, head, charged):
    other = staff("unit-head", subject="olga", units=["avlopp"])
    number = (await exported(client, head)).json()["number"]

    refused = await exported(client, other)
    hidden = await client.get(f"/fee-exports/{number}", headers=other)

    assert (refused.status_code, hidden.json()["code"]) == (403, "UnknownExport")
    assert (await client.get("/fee-exports", headers=other)).json()["items"] == []


async def test_a_caseworker_exports_nothing(client, staff):
    assert (await exported(client, staff("caseworker", units=["livsmedel"]))).status_code == 403


async def test_of_a_case_that_has_become_confidential_the_payer_is_not_shown_to_others(client, staff, head, charged):
    number = (await exported(client, head)).json()["number"]
    await take(client, head, charged, "secrecy", {"confidential": True})
    administrator = staff("administrator", subject="adam")

    [line] = (await client.get(f"/fee-exports/{number}", headers=administrator)).json()["items"]

    assert (line["payer"], line["payer_number"], line["amount"]) == (None, None, 1405)


async def test_exporting_and_reading_are_audited_without_who_pays(client, head, charged, database):
    number = (await exported(client, head)).json()["number"]
    await client.get(f"/fee-exports/{number}", headers=head)

    assert await audited(database, number=number, unit="livsmedel") == ["export fees", "read fee export"]


async def test_the_exports_of_ones_units_are_listed(client, head, charged):
    number = (await exported(client, head)).json()["number"]

    [one] = (await client.get("/fee-exports", headers=head)).json()["items"]

    assert (one["number"], one["exported_by_name"]) == (number, "Hugo Chef")
