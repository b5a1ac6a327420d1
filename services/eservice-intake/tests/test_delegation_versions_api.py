"""The delegation order is changed by two people; a decision is read as it was when it was made."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from definitions.models import DEFINITION
from eservice_intake.decisions.delegation import PUBLISHED, BeyondDelegation, decisions
from shared.clock import now
from shared.events import Outcome

from .cases import received, secret_of, take
from .decisions import CONTENT, decisions_of

SOURCE = PUBLISHED.seeds["delegation"].source
HEADS_ONLY = SOURCE.replace("roles: [caseworker, unit-head]", "roles: [unit-head]", 1).partition("\n# Decisions, and")[
    0
]
OTHER_WORDS = SOURCE.replace("sv: Ingen åtgärd", "sv: Ärendet föranleder ingen åtgärd")
COMPLAINT = ("klagomal-olagenhet", "klagomal", Outcome.NO_ACTION)
pytestmark = pytest.mark.usefixtures("definitions")


@pytest.fixture
def change(definitions):
    return partial(definitions.publish, kind="delegation")


async def proposed(definitions, who, source):
    return await definitions.upload(who, source, kind="delegation")


def places(answer):
    return [one["field"] for one in answer.json()["violations"]]


async def told(client, receipt):
    shown = await client.get(f"/applications/{receipt['reference']}/decision", headers=secret_of(receipt))
    assert shown.status_code == 200, shown.text
    return shown.json()["how_to_appeal"]


async def test_who_may_decide_follows_what_is_published(client, anna, change):
    receipt = await received(client)
    await change(HEADS_ONLY)

    refused = await take(client, anna, receipt, "decisions", {"decision": CONTENT})

    assert (refused.status_code, refused.json()["code"]) == (403, "BeyondDelegation")


async def test_who_may_decide_turns_at_the_time_that_was_given(change, monkeypatch):
    tomorrow = now() + timedelta(days=1)
    await change(HEADS_ONLY, effective_at=tomorrow.isoformat())
    today = decisions().item_for(*COMPLAINT, ["caseworker"])
    monkeypatch.setattr("definitions.published.now", lambda: tomorrow)

    with pytest.raises(BeyondDelegation):
        decisions().item_for(*COMPLAINT, ["caseworker"])
    assert today == "1.1"


async def test_a_decision_is_read_in_the_words_of_the_day_it_was_made(client, anna, change):
    receipt = await received(client)
    await take(client, anna, receipt, "decisions", {"decision": CONTENT})
    later = await received(client)
    await change(OTHER_WORDS)
    await take(client, anna, later, "decisions", {"decision": CONTENT})

    [one], [other] = await decisions_of(client, anna, receipt), await decisions_of(client, anna, later)

    assert (one["outcome_text"], other["outcome_text"]) == ("Ingen åtgärd", "Ärendet föranleder ingen åtgärd")


async def test_how_to_appeal_stays_as_the_applicant_was_told(client, anna, change):
    receipt = await received(client)
    await take(client, anna, receipt, "decisions", {"decision": CONTENT})
    before = await told(client, receipt)
    await change(SOURCE.replace("Om du tycker att beslutet är fel kan du", "Du kan"))

    assert await told(client, receipt) == before


async def test_what_held_is_known_when_nothing_is_begun_with_it_any_longer(definitions, database, change):
    first = now()
    await change(OTHER_WORDS)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(DEFINITION).values(closes_at=first))
    PUBLISHED.versions.clear()
    await definitions.notice()

    assert decisions(first).outcomes[Outcome.NO_ACTION].sv == "Ingen åtgärd"
    assert decisions(now()).outcomes[Outcome.NO_ACTION].sv == "Ärendet föranleder ingen åtgärd"


async def test_what_is_older_than_every_version_is_read_by_the_first(change):
    await change(OTHER_WORDS)

    assert decisions(now() - timedelta(days=365)) == PUBLISHED.seeds["delegation"].one


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("kinds: [ansokan]", "kinds: [ansökan]", "delegation.2.kinds"),
        ("kinds: [ansokan]", "eservices: [badhus]", "delegation.2.eservices"),
        ("roles: [unit-head]", "roles: [chef]", "delegation.3.roles.0"),
        ("{diary_number}", "{diarienummer}", "how_to_appeal.sv"),
        ("kom in den {received_on}", "kom in den {", "dismissed_appeal.sv"),
        ('item: "2.1"', 'item: "2.1"\n    kinds: [ansokan]\n    outcomes: [written_off]', "delegation.3"),
    ],
)
async def test_every_mistake_is_named_by_its_place(definitions, karin, before, after, place):
    refused = await proposed(definitions, karin, SOURCE.replace(before, after, 1))

    assert refused.status_code == 422
    assert places(refused)[0] == place


async def test_a_decision_that_nobody_could_take_is_named(definitions, karin):
    closed = SOURCE.replace('item: "2.1"', 'item: "2.1"\n    kinds: [ansokan]', 1)

    refused = await proposed(definitions, karin, closed)

    assert "nobody may decide rejected of klagomal" in refused.text


async def test_a_decision_that_another_may_take_than_was_meant_is_refused(definitions, karin):
    refused = await proposed(definitions, karin, SOURCE.replace("[klagomal, upplysning", "[upplysning", 1))

    assert places(refused)[0] == "golden (En handläggare avslutar ett klagomål utan åtgärd)"


async def test_it_is_tried_on_a_past_case_as_who_would_decide_it(client, definitions, karin):
    receipt = await received(client)
    version = (await proposed(definitions, karin, HEADS_ONLY)).json()

    form = {"definition_id": version["id"]}
    answer = await client.post(f"/cases/{receipt['reference']}/trial", json=form, headers=karin)

    tried = {one["about"]: (one["before"], one["after"]) for one in answer.json()["items"] if one["is_changed"]}
    assert tried["decision.no_action"] == ("1.1: caseworker, unit-head", "1.1: unit-head")
    assert "decision.rejected" not in tried


async def test_the_preview_says_who_decides_what(client, definitions, karin):
    version = (await proposed(definitions, karin, HEADS_ONLY)).json()

    address = f"/eservice-intake/definition-versions/{version['id']}/preview?language=en"
    shown = (await client.get(address, headers=karin)).json()

    assert {"kind": "Complaint", "outcome": "No action", "by": "1.1: unit-head"} in shown["decisions"]


async def test_who_has_written_it_may_not_approve_it(definitions, karin):
    version = (await proposed(definitions, karin, HEADS_ONLY)).json()

    refused = await definitions.step(karin, version, "approval")

    assert refused.json()["code"] == "FourEyesOfDefinition"
