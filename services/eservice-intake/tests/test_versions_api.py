"""An e-service is changed by two people, while processes run."""

from datetime import timedelta

import pytest

from eservice_intake.catalogue.eservices import catalogue
from shared.clock import now
from testkit.forms import codes

from .versions import COMPLAINTS, SOURCE, TITLE, forget, noticed, publish, renamed, step, upload


@pytest.fixture
def karin(staff):
    return staff("administrator", subject="karin")


@pytest.fixture
def olle(staff):
    return staff("administrator", subject="olle")


@pytest.fixture(autouse=True)
async def known(database):
    """The process knows what the package has, and forgets what a test has published."""
    forget()
    await noticed(database)
    yield
    forget()


async def title(client):
    return (await client.get(f"/eservices/{COMPLAINTS}?language=sv")).json()["title"]


async def test_the_files_of_the_package_are_the_first_versions(client, karin):
    listed = (await client.get("/eservice-intake/definitions", headers=karin)).json()["items"]
    [first] = (await client.get(f"/eservice-intake/definitions/eservice/{COMPLAINTS}", headers=karin)).json()["items"]

    assert {one["name"] for one in listed if one["kind"] == "eservice"} == set(catalogue().eservices)
    assert (first["uploaded_by"], first["status"], first["holds"]) == ("release", "published", True)


async def test_what_two_people_have_agreed_on_holds_without_a_restart(client, database, karin, olle):
    await publish(client, database, karin, olle, renamed())

    assert await title(client) == TITLE


async def test_nothing_changes_before_it_is_published(client, database, karin, olle):
    version = (await upload(client, karin, renamed())).json()
    await step(client, olle, version, "approval")
    await noticed(database)

    assert await title(client) != TITLE


async def test_who_has_written_it_may_not_approve_it(client, karin):
    version = (await upload(client, karin, renamed())).json()

    refused = await step(client, karin, version, "approval")

    assert (refused.status_code, refused.json()["code"]) == (403, "FourEyesOfDefinition")


async def test_who_has_written_a_part_of_it_may_not_approve_it(client, karin, olle):
    version = (await upload(client, karin, renamed())).json()
    texts = [{"place": "summary", "language": "sv", "text": "För den som störs."}]
    changed = (await step(client, olle, version, "texts", texts=texts, note="Kortare.")).json()

    refused = await step(client, karin, changed, "approval")

    assert refused.json()["code"] == "FourEyesOfDefinition"


async def test_it_is_not_published_before_it_is_approved(client, karin):
    version = (await upload(client, karin, renamed())).json()

    refused = await step(client, karin, version, "publication", effective_at=None)

    assert (refused.status_code, refused.json()["code"]) == (409, "NotApproved")


async def test_it_holds_from_the_time_that_was_given(client, database, karin, olle, monkeypatch):
    tomorrow = now() + timedelta(days=1)
    await publish(client, database, karin, olle, renamed(), effective_at=tomorrow.isoformat())
    today = await title(client)
    monkeypatch.setattr("definitions.published.now", lambda: tomorrow)

    assert (today == TITLE, await title(client)) == (False, TITLE)


async def test_every_problem_is_named_by_its_place(client, karin):
    broken = SOURCE.replace("type: choice", "type: chioce", 1).replace("receipt_to: ", "receipt_to: no_", 1)

    refused = await upload(client, karin, broken)
    unknown = await upload(client, karin, SOURCE.replace("receipt_to: ", "receipt_to: no_", 1))

    [wrong] = refused.json()["violations"]
    assert (refused.status_code, wrong["field"]) == (422, "fields.0.type (nuisance)")
    assert "receipt_to" in {one["field"] for one in unknown.json()["violations"]}


@pytest.mark.parametrize("source", ["a: [", "a: &a [1]\nb: *a", "[" * 100, "a: 1\na: 2", "a: " + "9" * 5000, ""])
async def test_what_cannot_be_read_is_refused_with_a_reason(client, karin, source):
    refused = await upload(client, karin, source)

    assert refused.status_code == 422


async def test_a_version_is_shown_as_what_it_changes(client, karin, olle):
    version = (await upload(client, karin, renamed())).json()

    address = f"/eservice-intake/definition-versions/{version['id']}"
    shown = (await client.get(address, headers=olle)).json()
    own = (await client.get(address, headers=karin)).json()

    assert [(one["place"], one["after"]) for one in shown["changes"]] == [("sv", TITLE)]
    assert (shown["can"], own["can"]) == (["approve", "withdraw"], ["withdraw"])


async def test_a_text_is_changed_by_itself(client, karin):
    version = (await upload(client, karin, renamed())).json()
    texts = [{"place": "summary", "language": "sv", "text": 'För den som "störs": av ljud.'}]

    changed = (await step(client, karin, version, "texts", texts=texts, note="Kortare.")).json()

    shown = (await client.get(f"/eservice-intake/definition-versions/{changed['id']}", headers=karin)).json()
    assert [one["place"] for one in shown["changes"]] == ["sv", "summary.sv"]
    assert shown["changes"][1]["after"] == texts[0]["text"]


async def test_another_version_meanwhile_is_not_overwritten(client, database, karin, olle):
    early = (await upload(client, karin, renamed("Först"))).json()
    await publish(client, database, olle, karin, renamed("Sedan"))

    refused = await step(client, olle, early, "approval")

    assert (refused.status_code, refused.json()["code"]) == (409, "ChangedMeanwhile")


async def test_a_withdrawn_version_is_not_published(client, karin, olle):
    version = (await upload(client, karin, renamed())).json()
    await step(client, karin, version, "withdrawal")

    refused = await step(client, olle, version, "approval")

    assert refused.json()["code"] == "AlreadySettled"


async def test_what_says_the_same_is_not_a_version(client, karin):
    refused = await upload(client, karin, SOURCE)

    assert (refused.status_code, refused.json()["code"]) == (409, "NothingChanged")


async def test_a_version_is_tried_before_it_is_published(client, karin):
    version = (await upload(client, karin, renamed())).json()
    address = f"/eservice-intake/definition-versions/{version['id']}"

    preview = (await client.get(f"{address}/preview?language=sv", headers=karin)).json()
    tried = await client.post(f"{address}/trial", json={"answers": {"nuisance": "buller"}}, headers=karin)

    assert (preview["form"]["title"], preview["schema"]["title"]) == (TITLE, TITLE)
    assert ("description", "required") in codes(tried)


async def test_a_golden_case_that_goes_wrong_is_refused(client, karin):
    golden = "golden:\n- name: Buller\n  answers: {nuisance: buller}\n"

    refused = await upload(client, karin, renamed() + golden)

    assert {one["field"] for one in refused.json()["violations"]} == {"golden (Buller)"}


async def test_others_than_administrators_change_nothing(client, staff):
    refused = await upload(client, staff("caseworker"), renamed())

    assert refused.status_code == 403
