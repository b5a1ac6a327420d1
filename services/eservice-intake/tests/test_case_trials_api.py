"""A past case is judged by a version before that is published, and nothing becomes of it."""

import pytest

from eservice_intake.cases.finding import find_case
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import PUBLISHED
from eservice_intake.lookups.models import Verdict
from eservice_intake.lookups.rules import Check
from eservice_intake.register.trials import PastCase
from shared.clock import now
from shared.events import Language

from .cases import audited, received, shown, take
from .versions import SOURCE, renamed

QUESTION = "  - {name: since_when, type: text, required: true, sv: Sedan när?, en: Since when?}\n"
ASKS_MORE = SOURCE.replace("fields:\n", f"fields:\n{QUESTION}", 1)
ANOTHER_KIND = SOURCE.replace("kind: klagomal", "kind: anmalan", 1)
pytestmark = pytest.mark.usefixtures("definitions")


async def tried(client, definitions, who, receipt, source):
    """The answer when the case is judged by a version that says this."""
    version = (await definitions.upload(who, source)).json()
    return await client.post(f"/cases/{receipt['reference']}/trial", json={"definition_id": version["id"]}, headers=who)


def changed(answer):
    return {one["about"]: (one["before"], one["after"]) for one in answer.json()["items"] if one["is_changed"]}


async def test_a_version_that_asks_more_finds_it_missing_in_a_past_case(client, definitions, karin, complaint):
    answer = await tried(client, definitions, karin, complaint, ASKS_MORE)

    [(about, (before, after))] = changed(answer).items()
    assert (about, before, bool(after)) == ("answers.since_when", None, True)


async def test_another_kind_of_case_is_shown_beside_the_one_it_was(client, definitions, karin, complaint):
    answer = await tried(client, definitions, {**karin, "Accept-Language": "en"}, complaint, ANOTHER_KIND)

    assert changed(answer) == {"kind": ("Complaint", "Notification")}


async def test_what_becomes_of_a_case_is_named_in_the_readers_words(client, definitions, karin, complaint):
    answer = await tried(client, definitions, {**karin, "Accept-Language": "en"}, complaint, ASKS_MORE)

    labels = {one["about"]: one["label"] for one in answer.json()["items"]}
    assert labels == {"answers.since_when": "Since when?", "kind": "Kind of case", "unit": "Unit"}


async def test_what_says_the_same_in_other_words_changes_nothing(client, definitions, karin, complaint):
    answer = await tried(client, definitions, karin, complaint, renamed())

    assert changed(answer) == {}
    assert {one["about"] for one in answer.json()["items"]} >= {"kind", "unit"}


async def test_a_case_is_compared_with_the_version_it_was_sent_in_with(client, definitions, karin):
    complaint = await received(client)
    await definitions.publish(ANOTHER_KIND)

    answer = await tried(client, definitions, karin, complaint, ASKS_MORE)

    assert set(changed(answer)) == {"answers.since_when"}


async def test_answers_are_judged_as_they_would_have_been_the_day_they_came(
    client, definitions, clock, karin, complaint
):
    clock.at = clock.at.replace(year=clock.at.year + 1)

    answer = await tried(client, definitions, karin, complaint, renamed())

    assert not [one for one in answer.json()["items"] if one["about"].startswith("answers.")]


def test_what_a_register_said_when_the_case_came_in_counts_as_it_did_then():
    pump = PUBLISHED.current()["varmepump"]
    case = Case(eservice="varmepump", received_at=now())
    answers, check = {"water_protection_area": False}, Check("water_protection_area", Verdict.WITHIN_AREA)

    kinds = [PastCase(case, answers, checks, Language.ENGLISH).by(pump)["kind"] for checks in ([], [check])]

    assert kinds == ["Notification", "Permit application"]


async def test_the_case_is_as_it_was_and_that_it_was_read_is_audited(
    client, definitions, database, karin, anna, complaint
):
    before = await shown(client, anna, complaint)

    await tried(client, definitions, karin, complaint, ANOTHER_KIND)

    assert {**await shown(client, anna, complaint), "version": 0} == {**before, "version": 0}
    assert "try definition" in await audited(database, case=before["diary_number"])


async def test_a_case_of_another_eservice_is_refused_in_words(client, definitions, karin, complaint):
    other = (PUBLISHED.seeds["solarium"].source).replace("sv: ", "sv: Ny ", 1)

    refused = await tried(client, definitions, karin, complaint, other)

    assert (refused.status_code, refused.json()["code"]) == (409, "NotOfThisCase")


async def test_who_may_not_open_the_case_is_told_nothing_of_it(client, definitions, karin, anna, complaint):
    await take(client, anna, complaint, "secrecy", {"confidential": True})

    refused = await tried(client, definitions, karin, complaint, ANOTHER_KIND)

    assert (refused.status_code, refused.json()["code"]) == (403, "Confidential")


async def test_a_case_whose_answers_are_gone_is_not_tried(client, definitions, database, karin, complaint):
    async with database.transaction() as tx:
        case = await find_case(tx, complaint["reference"], lock=True)
        case.anonymised_at = now()

    refused = await tried(client, definitions, karin, complaint, ANOTHER_KIND)

    assert (refused.status_code, refused.json()["code"]) == (409, "NoAnswersLeft")


async def test_others_than_administrators_try_nothing(client, definitions, karin, anna, complaint):
    version = (await definitions.upload(karin, ANOTHER_KIND)).json()
    path = f"/cases/{complaint['reference']}/trial"

    refused = await client.post(path, json={"definition_id": version["id"]}, headers=anna)

    assert refused.status_code == 403
