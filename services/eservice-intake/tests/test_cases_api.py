"""What staff do with a case."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from eservice_intake.cases.models import Case
from shared.clock import day_in_sweden, now
from shared.events import CaseMoved, SupplementRequested

from .cases import audited, received, shown, take

SOON = (day_in_sweden(now()) + timedelta(days=14)).isoformat()


async def test_a_case_has_a_diary_number_of_its_unit_and_year(client, anna):
    first, second = [await shown(client, anna, await received(client)) for _ in range(2)]

    series, number = first["diary_number"].rsplit("-", 1)
    assert series == f"MH-{day_in_sweden(now()).year}"
    assert second["diary_number"] == f"{series}-{int(number) + 1:06}"


async def test_a_case_shows_every_question_and_what_was_not_answered(client, anna):
    case = await shown(client, anna, await received(client))

    answers = {answer["field"]: answer["answer"] for section in case["answers"] for answer in section["answers"]}
    assert (answers["nuisance"], answers["contacted_responsible"]) == ("Buller", "Nej")
    assert answers["diary"] is None


async def test_a_supplement_is_requested(client, anna, published):
    receipt = await received(client)

    response = await take(client, anna, receipt, "supplement-requests", {"wanted": "En karta.", "due_on": SOON})

    assert response.status_code == 200, response.text
    assert (response.json()["status"], response.json()["supplement_due_on"]) == ("awaiting_supplement", SOON)
    assert response.headers["ETag"] == '"2"'
    event = (await published.fetch())[-1]
    assert isinstance(event, SupplementRequested)
    assert (str(event.application_id), event.due_on.isoformat()) == (receipt["id"], SOON)
    assert "karta" not in event.model_dump_json()


async def test_each_step_is_in_the_timeline_and_the_audit(client, anna, database):
    receipt = await received(client)

    await take(client, anna, receipt, "supplement-requests", {"wanted": "En karta.", "due_on": SOON})

    case = await shown(client, anna, receipt)
    assert [(step["step"], step["by_name"]) for step in case["timeline"]] == [("request_supplement", "Anna Ek")]
    assert await audited(database, case=case["diary_number"], roles=["caseworker"]) == [
        "read case",
        "request supplement",
        "read case",
    ]


async def test_a_step_in_the_wrong_state_is_refused_with_the_reason(client, anna):
    receipt = await received(client)
    await take(client, anna, receipt, "closure")

    response = await take(client, anna, receipt, "completion", {})

    assert (response.status_code, response.json()["code"]) == (409, "WrongState")
    assert response.json()["detail"] == "Ärendet är avslutat. Ärendet kan förklaras komplett när ärendet är inkommet."


async def test_of_two_at_once_the_second_is_told_what_changed(client, anna, staff):
    receipt = await received(client)
    await take(client, anna, receipt, "completion", {}, version=1)
    bo = staff("caseworker", subject="bo", name="Bo Ask", units=["halsoskydd"])

    response = await take(client, bo, receipt, "closure", version=1)

    assert (response.status_code, response.json()["code"]) == (412, "Changed")
    [change] = response.json()["violations"]
    assert (change["code"], change["message"].partition(":")[0]) == ("complete", "Ärendet förklarades komplett")
    assert "Anna Ek" in change["message"]


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [({}, 428, "VersionMissing"), ({"If-Match": '"x"'}, 412, "Changed"), ({"If-Match": '"7"'}, 412, "Changed")],
)
async def test_a_step_says_which_version_was_read(client, anna, header, status, code):
    receipt = await received(client)

    response = await client.post(f"/cases/{receipt['reference']}/closure", headers={**anna, **header})

    assert (response.status_code, response.json()["code"]) == (status, code)


async def test_another_units_case_is_refused_and_the_refusal_audited(client, staff, database):
    receipt = await received(client)
    headers = staff("caseworker", subject="cecilia", units=["avlopp"])

    response = await client.get(f"/cases/{receipt['reference']}", headers=headers)

    assert (response.status_code, response.json()["code"]) == (403, "NotYourUnit")
    assert await audited(database, code="NotYourUnit", roles=["caseworker"]) == ["refused"]


@pytest.mark.parametrize(
    ("role", "path", "code"),
    [("clerk", "/cases", "Forbidden"), ("caseworker", "/cases?unit=halsoskydd", "NotYourUnit")],
)
async def test_what_a_role_or_a_unit_does_not_allow_is_audited(client, staff, database, role, path, code):
    response = await client.get(path, headers=staff(role, subject="cecilia", units=["avlopp"]))

    assert (response.status_code, response.json()["code"]) == (403, code)
    assert await audited(database, code=code, route="/cases", roles=[role]) == ["refused"]


async def test_a_registrator_moves_the_case_of_any_unit_but_does_not_open_it(client, anna, staff, published):
    receipt = await received(client)
    registrator = staff("registrator", subject="rut", units=[])

    refused = await client.get(f"/cases/{receipt['reference']}", headers=registrator)
    moved = await take(client, registrator, receipt, "move", {"unit": "miljoskydd"}, version=1)

    assert refused.status_code == 403
    assert (moved.status_code, moved.json()["unit"]) == (200, "miljoskydd"), moved.text
    event = (await published.fetch())[-1]
    assert isinstance(event, CaseMoved)
    assert (event.from_unit, event.unit) == ("halsoskydd", "miljoskydd")
    assert (await client.get(f"/cases/{receipt['reference']}", headers=anna)).status_code == 403


async def test_a_confidential_case_is_opened_by_the_head_of_the_unit_alone(client, anna, staff):
    receipt = await received(client)
    case = (await take(client, anna, receipt, "secrecy", {"confidential": True})).json()
    head = staff("unit-head", subject="hans", units=["halsoskydd"])
    administrator = staff("administrator", subject="adam")

    answers = [await client.get(f"/cases/{receipt['reference']}", headers=who) for who in (anna, administrator, head)]

    assert [answer.status_code for answer in answers] == [403, 403, 200]
    listed = (await client.get("/cases", headers=anna)).json()["items"]
    assert [one for one in listed if one["diary_number"] == case["diary_number"]] == [
        {"diary_number": case["diary_number"], "confidential": True}
    ]


async def test_a_registrator_does_not_move_a_confidential_case_of_another_unit(client, anna, staff):
    receipt = await received(client)
    case = (await take(client, anna, receipt, "secrecy", {"confidential": True})).json()
    registrator = staff("registrator", subject="rut", units=[])

    response = await take(client, registrator, receipt, "move", {"unit": "miljoskydd"}, version=case["version"])

    assert (response.status_code, response.json()["code"]) == (403, "Confidential")


async def test_the_handler_writes_to_the_applicant(client, anna, published):
    receipt = await received(client)

    await take(client, anna, receipt, "messages", {"text": "Vi ringer dig på måndag."})

    [message] = (await shown(client, anna, receipt))["messages"]
    assert (message["text"], message["by_name"], message["by_applicant"]) == (
        "Vi ringer dig på måndag.",
        "Anna Ek",
        False,
    )
    event = (await published.fetch())[-1]
    assert event.message_id == UUID(message["id"])


@pytest.mark.parametrize("days", [-1, 0])
async def test_what_is_due_is_put_off_to_a_later_day_alone(client, anna, days):
    receipt = await received(client)
    due_on = date.fromisoformat((await shown(client, anna, receipt))["decision_due_on"])

    refused = await take(client, anna, receipt, "extension", {"due_on": (due_on + timedelta(days)).isoformat()})
    answer = await take(client, anna, receipt, "extension", {"due_on": (due_on + timedelta(1)).isoformat()})

    [violation] = refused.json()["violations"]
    assert (refused.status_code, violation["code"]) == (422, "after")
    assert due_on.isoformat() in violation["message"]
    assert answer.json()["decision_due_on"] == (due_on + timedelta(1)).isoformat()


async def test_a_supplement_that_is_put_off_has_one_day(client, anna):
    receipt = await received(client)
    later = (date.fromisoformat(SOON) + timedelta(7)).isoformat()
    await take(client, anna, receipt, "supplement-requests", {"wanted": "En karta.", "due_on": SOON})

    refused = await take(client, anna, receipt, "extension", {"due_on": SOON})
    await take(client, anna, receipt, "extension", {"due_on": later})

    case = await shown(client, anna, receipt)
    assert refused.status_code == 422
    assert (case["supplement_due_on"], [one["due_on"] for one in case["supplements"]]) == (later, [later])


async def test_a_case_completed_a_second_time_records_the_day_that_counts(client, anna, database):
    receipt = await received(client)
    await take(client, anna, receipt, "completion", {})
    async with database.transaction() as tx:
        case = (await tx.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
        case.completed_on = first = case.completed_on - timedelta(3)
        case.status = "received"
        tx.add(case)

    await take(client, anna, receipt, "completion", {})

    [_, again] = (await shown(client, anna, receipt))["timeline"]
    assert again["details"]["on"] == first.isoformat()
