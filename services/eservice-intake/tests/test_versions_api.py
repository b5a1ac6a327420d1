"""An e-service is changed by two people, while processes run."""

import json
from datetime import timedelta

import pytest

from eservice_intake.catalogue.eservices import catalogue
from shared.clock import now
from testkit.forms import codes

from .cases import COMPLAINT
from .versions import COMPLAINTS, SOURCE, TITLE, renamed

pytestmark = pytest.mark.usefixtures("definitions")


async def title(client):
    return (await client.get(f"/eservices/{COMPLAINTS}?language=sv")).json()["title"]


async def test_the_files_of_the_package_are_the_first_versions(client, karin):
    listed = (await client.get("/eservice-intake/definitions", headers=karin)).json()["items"]
    [first] = (await client.get(f"/eservice-intake/definitions/eservice/{COMPLAINTS}", headers=karin)).json()["items"]

    assert {one["name"] for one in listed if one["kind"] == "eservice"} == set(catalogue().eservices)
    assert (first["uploaded_by"], first["status"], first["holds"]) == ("release", "published", True)


async def test_what_two_people_have_agreed_on_holds_without_a_restart(client, definitions):
    await definitions.publish(renamed())

    assert await title(client) == TITLE


async def test_nothing_changes_before_it_is_published(client, definitions, karin, olle):
    version = (await definitions.upload(karin, renamed())).json()
    await definitions.step(olle, version, "approval")
    await definitions.notice()

    assert await title(client) != TITLE


async def test_who_has_written_it_may_not_approve_it(definitions, karin):
    version = (await definitions.upload(karin, renamed())).json()

    refused = await definitions.step(karin, version, "approval")

    assert (refused.status_code, refused.json()["code"]) == (403, "FourEyesOfDefinition")


async def test_who_has_written_a_part_of_it_may_not_approve_it(definitions, karin, olle):
    version = (await definitions.upload(karin, renamed())).json()
    texts = [{"place": "summary", "language": "sv", "text": "För den som störs."}]
    changed = (await definitions.step(olle, version, "texts", texts=texts, note="Kortare.")).json()

    refused = await definitions.step(karin, changed, "approval")

    assert refused.json()["code"] == "FourEyesOfDefinition"


async def test_it_is_not_published_before_it_is_approved(definitions, karin):
    version = (await definitions.upload(karin, renamed())).json()

    refused = await definitions.step(karin, version, "publication", effective_at=None)

    assert (refused.status_code, refused.json()["code"]) == (409, "NotApproved")


async def test_it_holds_from_the_time_that_was_given(client, definitions, monkeypatch):
    tomorrow = now() + timedelta(days=1)
    await definitions.publish(renamed(), effective_at=tomorrow.isoformat())
    today = await title(client)
    monkeypatch.setattr("definitions.published.now", lambda: tomorrow)

    assert (today == TITLE, await title(client)) == (False, TITLE)


async def test_every_problem_is_named_by_its_place(definitions, karin):
    broken = SOURCE.replace("type: choice", "type: chioce", 1).replace("receipt_to: ", "receipt_to: no_", 1)

    refused = await definitions.upload(karin, broken)
    unknown = await definitions.upload(karin, SOURCE.replace("receipt_to: ", "receipt_to: no_", 1))

    [wrong] = refused.json()["violations"]
    assert (refused.status_code, wrong["field"]) == (422, "fields.0.type (nuisance)")
    assert "receipt_to" in {one["field"] for one in unknown.json()["violations"]}


@pytest.mark.parametrize("source", ["a: [", "a: &a [1]\nb: *a", "[" * 100, "a: 1\na: 2", "a: " + "9" * 5000, ""])
async def test_what_cannot_be_read_is_refused_with_a_reason(definitions, karin, source):
    refused = await definitions.upload(karin, source)

    assert refused.status_code == 422


async def test_a_version_is_shown_as_what_it_changes(client, definitions, karin, olle):
    version = (await definitions.upload(karin, renamed())).json()

    address = f"/eservice-intake/definition-versions/{version['id']}"
    shown = (await client.get(address, headers=olle)).json()
    own = (await client.get(address, headers=karin)).json()

    assert [(one["place"], one["after"]) for one in shown["changes"]] == [("sv", TITLE)]
    assert (shown["can"], own["can"]) == (["approve", "withdraw"], ["withdraw"])


async def test_a_version_is_compared_with_the_one_that_holds_and_not_with_one_that_will(client, definitions, karin):
    await definitions.publish(renamed(), effective_at=(now() + timedelta(days=1)).isoformat())
    version = (await definitions.upload(karin, renamed("Klagomål"))).json()

    shown = (await client.get(f"/eservice-intake/definition-versions/{version['id']}", headers=karin)).json()

    [change] = shown["changes"]
    assert (change["before"], change["after"]) == (await title(client), "Klagomål")


async def test_a_text_is_changed_by_itself(client, definitions, karin):
    version = (await definitions.upload(karin, renamed())).json()
    texts = [{"place": "summary", "language": "sv", "text": 'För den som "störs": av ljud.'}]

    changed = (await definitions.step(karin, version, "texts", texts=texts, note="Kortare.")).json()

    shown = (await client.get(f"/eservice-intake/definition-versions/{changed['id']}", headers=karin)).json()
    assert [one["place"] for one in shown["changes"]] == ["sv", "summary.sv"]
    assert shown["changes"][1]["after"] == texts[0]["text"]


async def test_another_version_meanwhile_is_not_overwritten(definitions, karin, olle):
    early = (await definitions.upload(karin, renamed("Först"))).json()
    await definitions.publish(renamed("Sedan"))

    refused = await definitions.step(olle, early, "approval")

    assert (refused.status_code, refused.json()["code"]) == (409, "ChangedMeanwhile")


async def test_a_withdrawn_version_is_not_published(definitions, karin, olle):
    version = (await definitions.upload(karin, renamed())).json()
    await definitions.step(karin, version, "withdrawal")

    refused = await definitions.step(olle, version, "approval")

    assert refused.json()["code"] == "AlreadySettled"


async def test_what_says_the_same_is_not_a_version(definitions, karin):
    refused = await definitions.upload(karin, SOURCE)

    assert (refused.status_code, refused.json()["code"]) == (409, "NothingChanged")


async def test_a_version_is_tried_before_it_is_published(client, definitions, karin):
    version = (await definitions.upload(karin, renamed())).json()
    address = f"/eservice-intake/definition-versions/{version['id']}"

    preview = (await client.get(f"{address}/preview?language=sv", headers=karin)).json()
    tried = await client.post(f"{address}/trial", json={"answers": {"nuisance": "buller"}}, headers=karin)

    assert (preview["form"]["title"], preview["schema"]["title"]) == (TITLE, TITLE)
    assert ("description", "required") in codes(tried)


async def test_a_golden_case_that_goes_wrong_is_refused(definitions, karin):
    golden = "golden:\n- name: Buller\n  answers: {nuisance: buller}\n"

    refused = await definitions.upload(karin, renamed() + golden)

    assert {one["field"] for one in refused.json()["violations"]} == {"golden (Buller)"}


async def test_others_than_administrators_change_nothing(definitions, staff):
    refused = await definitions.upload(staff("caseworker"), renamed())

    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("kind", "sv", "en"),
    [
        ("delegation", {"enligt punkt 1.1", "inte av den rollen"}, {"by item 1.1", "not by that role"}),
        ("taxa", {"9\u00a0720 kronor", "ingenting"}, {"SEK 9,720", "nothing"}),
    ],
)
async def test_staff_read_in_their_language_what_became_of_the_golden_cases(definitions, kind, sv, en):
    assert await definitions.golden(kind, kind, "sv") >= sv
    assert await definitions.golden(kind, kind, "en") >= en


async def test_of_an_e_service_they_read_what_is_received_and_by_which_unit(definitions, karin):
    await definitions.upload(karin, renamed() + f"golden:\n- {{name: Buller, answers: {json.dumps(COMPLAINT)}}}\n")

    assert await definitions.golden("eservice", COMPLAINTS, "sv") == {"tas emot som klagomal av halsoskydd"}
    assert await definitions.golden("eservice", COMPLAINTS, "en") == {"accepted as klagomal by halsoskydd"}
