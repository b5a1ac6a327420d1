"""What was begun with a version goes on with it, while another is published, until it closes."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eservice_intake.catalogue.eservices import catalogue
from shared.clock import now

from .applications import application
from .cases import COMPLAINT, secret_of
from .drafts import begin, form
from .every_eservice import FEW
from .versions import COMPLAINTS, SOURCE, TITLE, renamed

DAYS = st.integers(0, 13)
"""For as long a draft is kept that nobody saves."""
NUMBERS = count(1)
QUESTION = "  - {name: since_when, type: text, required: true, sv: Sedan när?, en: Since when?}\n"
pytestmark = pytest.mark.usefixtures("definitions")


@pytest.fixture
def change(definitions):
    """Publishes the form with one question more, which has to be answered."""
    source = renamed(source=SOURCE.replace("fields:\n", f"fields:\n{QUESTION}", 1))

    async def publish_it(**times):
        return await definitions.publish(source, **times)

    return publish_it


@pytest.fixture
def rename(definitions):
    """Publishes the form under a new title. The one before is taken for so many days, and half a day."""

    async def publish_it(days):
        source = renamed(f"Klagomål, form {next(NUMBERS)}")
        closes_at = now() + timedelta(days=days, hours=12)
        await definitions.publish(source, earlier_close_at=closes_at.isoformat())

    return publish_it


def version():
    return catalogue().find(COMPLAINTS).version


async def test_a_draft_goes_on_with_the_version_that_it_was_begun_with(client, change):
    draft, secret = await begin(client, COMPLAINT)
    first = version()
    await change()

    saved = await client.put(draft, json=form(COMPLAINT), headers=secret)
    shown = (await client.get(draft, headers=secret)).json()
    sent = await client.post(f"{draft}/submission", headers=secret)

    assert (saved.status_code, shown["definition"], shown["violations"]) == (200, first, [])
    assert sent.status_code == 201, sent.text
    status = (await client.get(f"/applications/{sent.json()['reference']}", headers=secret_of(sent.json()))).json()
    assert status["progress"]["title"] != TITLE


async def test_what_is_begun_afterwards_follows_the_new_version(client, change):
    await change()

    refused = await client.post("/applications", json=application(COMPLAINT))

    assert [one["field"] for one in refused.json()["violations"]] == ["since_when"]


async def test_a_form_is_judged_by_the_version_that_was_filled_in(client, change):
    first = version()
    await change()

    sent = await client.post("/applications", json={**application(COMPLAINT), "definition": first})

    assert sent.status_code == 201, sent.text


async def test_the_form_of_an_earlier_version_is_still_fetched(client, change):
    first = version()
    await change()

    then = (await client.get(f"/eservices/{COMPLAINTS}?definition={first}&language=sv")).json()
    schema = (await client.get(f"/eservices/{COMPLAINTS}/schema?definition={first}&language=sv")).json()

    assert (then["version"], "since_when" in schema["properties"]) == (first, False)


async def test_an_earlier_version_is_taken_until_it_closes(client, change, at):
    first = version()
    draft, secret = await begin(client, COMPLAINT)
    await change(earlier_close_at=(now() + timedelta(days=3)).isoformat())
    at(days=4)

    sent = await client.post("/applications", json={**application(COMPLAINT), "definition": first})
    of_draft = await client.post(f"{draft}/submission", headers=secret)

    assert (sent.status_code, of_draft.status_code) == (410, 410)
    [pointer] = sent.json()["violations"]
    assert (pointer["field"], f"/eservices/{COMPLAINTS}" in pointer["message"]) == ("definition", True)


async def test_a_draft_is_moved_to_the_version_that_holds(client, change, at):
    draft, secret = await begin(client, COMPLAINT)
    await change(earlier_close_at=(now() + timedelta(days=3)).isoformat())
    at(days=4)
    answers = {**COMPLAINT, "since_when": "I våras"}

    moved = await client.put(draft, json={**form(answers), "definition": version()}, headers=secret)
    sent = await client.post(f"{draft}/submission", headers=secret)

    assert (moved.status_code, sent.status_code) == (200, 201), sent.text


async def test_a_version_that_never_was_is_refused(client):
    refused = await client.post("/applications", json={**application(COMPLAINT), "definition": "0" * 64})

    assert [one["code"] for one in refused.json()["violations"]] == ["unknown_definition"]


async def title_of(client, receipt):
    status = await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))
    return status.json()["progress"]["title"]


@settings(FEW, max_examples=8)
@given(earlier=st.lists(DAYS, max_size=2), later=st.lists(DAYS, max_size=3), day=DAYS)
async def test_whatever_is_published_meanwhile_a_draft_goes_on_with_its_version_until_that_closes(
    earlier, later, day, client, rename, at
):
    for days in earlier:
        await rename(days)
    draft, secret = await begin(client, COMPLAINT)
    own, title = version(), (await client.get(f"/eservices/{COMPLAINTS}?language=sv")).json()["title"]
    for days in later:
        await rename(days)
    at(days=day)

    shown = await client.get(draft, headers=secret)
    sent = await client.post(f"{draft}/submission", headers=secret)

    at(days=0)
    assert shown.json()["definition"] == own
    if later and day > later[0]:
        [pointer] = sent.json()["violations"]
        assert (sent.status_code, f"/eservices/{COMPLAINTS}" in pointer["message"]) == (410, True)
    else:
        assert (sent.status_code, await title_of(client, sent.json())) == (201, title)
