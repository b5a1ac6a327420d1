"""Staff see what the mail about a step would say: the step is refused, or taken and undone."""

from datetime import date

import pytest

from shared.events import CaseClosed, CaseCompleted, CaseExtended, CaseMerged, CaseMoved

from .cases import audited, received, shown, take

SAID = ("due_on", "earliest_start_on", "into_reference")
STEPS = {
    "extension": (CaseExtended, {"due_on": "2030-03-15"}),
    "completion": (CaseCompleted, {}),
    "closure": (CaseClosed, None),
    "move": (CaseMoved, {"unit": "avfall"}),
    "merger": (CaseMerged, None),
}


@pytest.fixture
async def original(client, clock):
    return await received(client)


@pytest.fixture
def form_of(original):
    """What a step is given; the other case as somebody may write it."""
    written = original["reference"].replace("-", " ").lower()
    return lambda path: {"reference": written} if path == "merger" else STEPS[path][1]


async def told(published, kind):
    """The events so far, and what those of the kind say."""
    events = await published.fetch()
    return len(events), [one.model_dump(mode="json") for one in events if isinstance(one, kind)]


@pytest.mark.parametrize("path", STEPS)
async def test_a_step_is_previewed_with_what_its_event_then_says(client, anna, form_of, published, path):
    kind, _ = STEPS[path]
    receipt = await received(client, language="en")

    looked_at = await take(client, anna, receipt, f"{path}/preview", form_of(path))
    _, before = await told(published, kind)
    taken = await take(client, anna, receipt, path, form_of(path))

    assert (looked_at.status_code, taken.status_code) == (200, 200), (looked_at.text, taken.text)
    _, [event] = await told(published, kind)
    assert before == []
    assert looked_at.json() == {"language": "en", "is_mailed": True, **{name: event.get(name) for name in SAID}}


@pytest.mark.parametrize("path", STEPS)
async def test_a_preview_leaves_the_cases_as_they_were(client, database, anna, original, form_of, published, path):
    receipt = await received(client)
    before = [await shown(client, anna, one) for one in (receipt, original)]
    events = await told(published, STEPS[path][0])

    looked_at = await take(client, anna, receipt, f"{path}/preview", form_of(path))

    after = [await shown(client, anna, one) for one in (receipt, original)]
    assert looked_at.status_code == 200, looked_at.text
    assert "ETag" not in looked_at.headers
    assert (after, await told(published, STEPS[path][0])) == (before, events)
    assert set(await audited(database, case=before[0]["diary_number"])) <= {"read case"}


async def test_what_is_complete_is_previewed_with_the_day_when_work_may_begin(client, staff, received_on, clock):
    case = await received_on(date(2026, 11, 24), "varmepump")
    receipt, clerk = {"reference": case.reference}, staff("caseworker", subject="eva", units=[case.unit])

    looked_at = (await take(client, clerk, receipt, "completion/preview", {"on": "2026-11-25"})).json()
    await take(client, clerk, receipt, "completion", {"on": "2026-11-25"})

    found = await shown(client, clerk, receipt)
    assert looked_at["earliest_start_on"] == found["clock"]["earliest_start_on"] == "2027-01-06"
    assert not looked_at["is_mailed"]


async def test_what_a_step_is_refused_for_is_told_before_it_is_taken(client, anna, complaint):
    passed = await take(client, anna, complaint, "extension/preview", {"due_on": "2026-11-01"})
    itself = await take(client, anna, complaint, "merger/preview", {"reference": complaint["reference"]})
    changed = await take(client, anna, complaint, "closure/preview", version=7)

    assert [answer.json()["code"] for answer in (itself, changed)] == ["SameCase", "Changed"]
    assert passed.json()["violations"][0]["field"] == "due_on"


@pytest.mark.parametrize("path", STEPS)
async def test_nobody_previews_a_step_that_they_may_not_take(client, staff, complaint, form_of, path):
    stranger = staff("caseworker", subject="eva", units=["avfall"])
    headers = {**stranger, "If-Match": '"1"'}

    url = f"/cases/{complaint['reference']}/{path}/preview"
    answer = await client.post(url, json=form_of(path), headers=headers)

    assert answer.status_code == 403
