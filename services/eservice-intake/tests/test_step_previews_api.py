"""Staff see what the mails about a step would say: the step is refused, or taken and undone."""

from datetime import date, datetime

import pytest

from shared.clock import SWEDEN

from .cases import audited, received, shown, take
from .decisions import APPEAL, CONTENT, NEIGHBOUR, UPHELD, decisions_of

SAID = ("due_on", "earliest_start_on", "into_reference", "served_on", "appeal_until", "received_on", "ruled_on")
DECIDE = ("decisions", {"decision": CONTENT})
SERVE = ("decision-receipt", {"served_on": "2026-11-26"})
NOTIFY = ("decisions/1/parties", NEIGHBOUR)
LETTER = ("appeals", {**APPEAL, "received_on": "2026-11-26"})
OPINION = {"name": "Trafikverket", "email": "trv@example.com", "question": "Påverkas vägen?", "due_on": "2026-12-15"}
STEPS = {
    "extension": ([], {"due_on": "2030-03-15"}),
    "completion": ([], {}),
    "closure": ([], None),
    "move": ([], {"unit": "avfall"}),
    "merger": ([], None),
    "messages": ([], {"text": "Vi mäter bullret."}),
    "referrals": ([], OPINION),
    "decisions/1/parties": ([DECIDE], NEIGHBOUR),
    "corrected-address": ([DECIDE, NOTIFY], {"email": "nils.granne@exempel.se"}),
    "decision-receipt": ([DECIDE], SERVE[1]),
    "appeals": ([DECIDE, SERVE], LETTER[1]),
    "appeals/forwarding": ([DECIDE, SERVE, LETTER], None),
    "ruling": ([DECIDE, SERVE, LETTER, ("appeals/forwarding", None)], UPHELD),
}
"""The steps that are taken before, and what the step is given."""


@pytest.fixture
async def original(client, clock):
    return await received(client)


@pytest.fixture
def begun(client, anna, original):
    """A case where the step can be taken, and the step's form; the other case as somebody may write it."""

    async def begin(path):
        before, form = STEPS[path]
        receipt = await received(client, language="en")
        for step, given in before:
            answer = await take(client, anna, receipt, step, given)
            assert answer.status_code == 200, answer.text
        if path == "merger":
            form = {"reference": original["reference"].replace("-", " ").lower()}
        if path == "corrected-address":
            form = {**form, "party_id": (await party_of(client, anna, receipt))["id"]}
        return receipt, form

    return begin


async def party_of(client, anna, receipt):
    return (await decisions_of(client, anna, receipt))[0]["parties"][0]


async def looks(client, headers, receipt, path, form=None):
    answer = await take(client, headers, receipt, f"{path}/preview", form)
    assert answer.status_code == 200, answer.text
    return answer.json()["mails"]


@pytest.mark.parametrize("path", STEPS)
async def test_a_step_is_previewed_with_what_its_event_then_says(client, anna, begun, published, path):
    receipt, form = await begun(path)
    before = len(await published.fetch())

    mails = await looks(client, anna, receipt, path, form)
    kept = len(await published.fetch())
    taken = await take(client, anna, receipt, path, form)

    assert (taken.status_code, kept) == (200, before), taken.text
    [event] = [one for one in (await published.fetch())[before:] if one.reference == receipt["reference"]]
    told = event.model_dump(mode="json")
    assert [(one["tells"], one["language"], one["unmailed_because"]) for one in mails] == [
        (event.type.split(".")[1], "sv" if path == "referrals" else "en", None)
    ]
    assert {name: mails[0][name] for name in SAID} == {name: told.get(name) for name in SAID}


@pytest.mark.parametrize("path", STEPS)
async def test_a_preview_leaves_the_cases_as_they_were(client, database, anna, original, begun, published, path):
    receipt, form = await begun(path)
    before = [await shown(client, anna, one) for one in (receipt, original)]
    events = len(await published.fetch())
    done = await audited(database, case=before[0]["diary_number"])

    looked_at = await take(client, anna, receipt, f"{path}/preview", form)

    after = [await shown(client, anna, one) for one in (receipt, original)]
    assert looked_at.status_code == 200, looked_at.text
    assert "ETag" not in looked_at.headers
    assert (after, len(await published.fetch())) == (before, events)
    then = await audited(database, case=before[0]["diary_number"])
    assert set(then[len(done) :]) <= {"read case"}


@pytest.mark.parametrize(
    ("path", "to_party"),
    [
        ("decision-receipt", [(True, "Nils Granne")]),
        ("appeals", [(False, None), (True, "Nils Granne")]),
        ("corrected-address", [(True, "Nils Granne")]),
    ],
)
async def test_who_else_is_mailed_is_named(client, anna, served, neighbour, path, to_party):
    party = await party_of(client, anna, served)

    mails = await looks(client, anna, served, path, {**STEPS[path][1], "party_id": party["id"]})

    assert [(one["to_party"], one["party_name"]) for one in mails] == to_party


async def test_who_is_asked_for_an_opinion_is_named(client, anna, complaint):
    [mail] = await looks(client, anna, complaint, "referrals", OPINION)

    assert (mail["to_party"], mail["party_name"], mail["unmailed_because"]) == (True, "Trafikverket", None)


async def test_who_is_served_by_a_link_is_not_mailed_of_a_confidential_case(client, anna, chief, served, neighbour):
    party = await party_of(client, anna, served)
    await take(client, chief, served, "secrecy", {"confidential": True})

    [mail] = await looks(client, chief, served, "decision-receipt", {**SERVE[1], "party_id": party["id"]})

    assert (mail["party_name"], mail["unmailed_because"]) == ("Nils Granne", "secrecy")


@pytest.mark.parametrize("confidential", [False, True])
async def test_who_has_no_address_is_named_and_secrecy_is_not_why_they_are_not_mailed(
    client, anna, chief, served, neighbour, confidential
):
    await take(client, anna, served, "decisions/1/parties", {"name": "Eva Granne"})
    for party in (await decisions_of(client, anna, served))[0]["parties"]:
        await take(client, anna, served, "appeals", {**LETTER[1], "party_id": party["id"]})
        await take(client, anna, served, "appeals/forwarding")
    await take(client, chief, served, "secrecy", {"confidential": confidential})

    mails = await looks(client, chief, served, "ruling", UPHELD)

    found = [(one["party_name"], one["language"], one["unmailed_because"]) for one in mails]
    assert found == [(None, "sv", None), ("Nils Granne", "en", None), ("Eva Granne", "sv", "no_address")]


async def test_an_appeal_that_came_too_late_is_previewed_with_that_the_decision_is_final(client, anna, served, clock):
    clock.at = datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN)

    mails = await looks(client, anna, served, "appeals", {**APPEAL, "received_on": "2026-12-18"})

    assert [one["tells"] for one in mails] == ["decision-final", "appeal-received"]


@pytest.mark.parametrize(("ruling", "opens"), [("upheld", False), ("annulled", True)])
async def test_a_ruling_is_previewed_with_whether_the_case_is_open_again(client, anna, begun, ruling, opens):
    receipt, form = await begun("ruling")

    [mail] = await looks(client, anna, receipt, "ruling", {**form, "ruling": ruling})

    assert mail["opens"] is opens


async def test_what_is_complete_is_previewed_with_the_day_when_work_may_begin(client, staff, received_on, clock):
    case = await received_on(date(2026, 11, 24), "varmepump")
    receipt, clerk = {"reference": case.reference}, staff("caseworker", subject="eva", units=[case.unit])

    [looked_at] = await looks(client, clerk, receipt, "completion", {"on": "2026-11-25"})
    await take(client, clerk, receipt, "completion", {"on": "2026-11-25"})

    found = await shown(client, clerk, receipt)
    assert looked_at["earliest_start_on"] == found["clock"]["earliest_start_on"] == "2027-01-06"
    assert looked_at["unmailed_because"] == "no_address"


async def test_what_a_step_is_refused_for_is_told_before_it_is_taken(client, anna, complaint):
    passed = await take(client, anna, complaint, "extension/preview", {"due_on": "2026-11-01"})
    itself = await take(client, anna, complaint, "merger/preview", {"reference": complaint["reference"]})
    changed = await take(client, anna, complaint, "closure/preview", version=7)

    assert [answer.json()["code"] for answer in (itself, changed)] == ["SameCase", "Changed"]
    assert passed.json()["violations"][0]["field"] == "due_on"


@pytest.mark.parametrize("path", STEPS)
async def test_nobody_previews_a_step_that_they_may_not_take(client, staff, begun, path):
    receipt, form = await begun(path)
    stranger = staff("caseworker", subject="eva", units=["avfall"])
    headers = {**stranger, "If-Match": '"1"'}

    url = f"/cases/{receipt['reference']}/{path}/preview"
    answer = await client.post(url, json=form, headers=headers)

    assert answer.status_code == 403
