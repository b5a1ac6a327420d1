"""Cases that belong together: links and duplicates."""

import pytest

from .cases import received, shown, take


async def test_a_duplicate_ends_in_its_original(client, anna):
    original, duplicate = await received(client), await received(client)

    response = await take(client, anna, duplicate, "merger", {"reference": original["reference"]})

    assert response.json()["status"] == "merged"
    related = (await shown(client, anna, original))["related"]
    assert [(one["reference"], one["why"]) for one in related] == [(duplicate["reference"], "merged")]


async def test_two_cases_are_not_merged_into_each_other(client, anna):
    one, other = await received(client), await received(client)
    await take(client, anna, one, "merger", {"reference": other["reference"]})

    response = await take(client, anna, other, "merger", {"reference": one["reference"]})

    assert (response.status_code, response.json()["code"]) == (409, "OriginalEnded")
    assert (await shown(client, anna, other))["status"] == "received"


@pytest.mark.parametrize("step", ["links", "merger"])
async def test_both_cases_say_that_they_belong_together(client, anna, step):
    one, other = await received(client), await received(client)

    await take(client, anna, one, step, {"reference": other["reference"]})

    here, there = await shown(client, anna, one), await shown(client, anna, other)
    assert here["timeline"][-1]["details"] == {"other": there["diary_number"]}
    assert (there["timeline"][-1]["step"], there["version"]) == ("link", 2)
    assert there["timeline"][-1]["details"] == {"other": here["diary_number"]}


async def test_cases_are_linked_once_whichever_is_named_first(client, anna):
    one, other = await received(client), await received(client)
    await take(client, anna, one, "links", {"reference": other["reference"]})

    response = await take(client, anna, other, "links", {"reference": one["reference"]})

    assert (response.status_code, response.json()["code"]) == (409, "AlreadyLinked")
    assert len((await shown(client, anna, other))["timeline"]) == 1


async def test_a_case_is_not_merged_with_itself(client, anna):
    receipt = await received(client)

    response = await take(client, anna, receipt, "merger", {"reference": receipt["reference"]})

    assert (response.status_code, response.json()["code"]) == (409, "SameCase")


@pytest.mark.parametrize("step", ["links", "merger"])
async def test_a_reference_that_no_case_has_is_wrong_at_its_field(client, anna, step):
    receipt = await received(client)

    response = await take(client, anna, receipt, step, {"reference": "AAAA-AAAA"})

    assert response.status_code == 422
    [violation] = response.json()["violations"]
    assert (violation["field"], violation["code"]) == ("reference", "unknown")
    assert violation["message"].startswith("Inget ärende har den referensen.")
