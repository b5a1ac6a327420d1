"""The guide is changed by two people, while processes run and links to results are about."""

from datetime import timedelta

import pytest
from sqlmodel import select

from definitions.models import Definition
from permit_guide.guide.loading import GUIDES, NAME, PUBLISHED
from shared.clock import now
from shared.tables import AuditEntry

SOURCE = GUIDES.file.read_text("utf-8")
LABEL = "Vad ska du börja med?"
RENAMED = SOURCE.replace("    sv: Vad ska du göra?", f"    sv: {LABEL}", 1)
NO_POOLS = SOURCE.replace("ask_if: {sector: [bad_gym, boende_turism]}", "ask_if: {sector: [bad_gym]}", 1)
GYM = "golden:\n  - {name: gym, facts: {sector: bad_gym, pool: true}, expect: [bassangbad]}\n"
WITHOUT_POOLS = NO_POOLS.replace("bassangbad, dricks", "dricks", 1).replace("golden:\n", GYM, 1)
POOL = "/permit-guide/result?sector=boende_turism&pool=true"
pytestmark = pytest.mark.usefixtures("definitions")


def obliged_to(result):
    return {one["id"] for one in result["obligations"]}


async def first_label(client):
    return (await client.get("/permit-guide?language=sv")).json()["questions"][0]["label"]


async def test_the_file_of_the_package_is_the_first_version(client, karin):
    listed = (await client.get("/permit-guide/definitions?language=sv", headers=karin)).json()["items"]
    versions = (await client.get(f"/permit-guide/definitions/guide/{NAME}", headers=karin)).json()["items"]

    assert [(one["kind_title"], one["name"]) for one in listed] == [("Tillståndsguiden", NAME)]
    assert [(one["uploaded_by"], one["status"], one["holds"]) for one in versions] == [("release", "published", True)]


async def test_what_two_people_have_agreed_on_is_asked_without_a_restart(client, definitions):
    await definitions.publish(RENAMED)

    assert await first_label(client) == LABEL
    assert LABEL in (await client.get("/permit-guide/graph?language=sv")).text


async def test_who_has_written_it_may_not_approve_it(definitions, karin):
    version = (await definitions.upload(karin, RENAMED)).json()

    refused = await definitions.step(karin, version, "approval")

    assert (refused.status_code, refused.json()["code"]) == (403, "FourEyesOfDefinition")


async def test_it_holds_from_the_time_that_was_given(client, definitions, monkeypatch):
    tomorrow = now() + timedelta(days=1)
    await definitions.publish(RENAMED, effective_at=tomorrow.isoformat())
    today = await first_label(client)
    monkeypatch.setattr("definitions.published.now", lambda: tomorrow)

    assert (today == LABEL, await first_label(client)) == (False, LABEL)


async def test_what_is_kept_of_the_guide_says_all_that_it_says(database):
    async with database.reading() as session:
        kept = (await session.exec(select(Definition))).one()

    assert GUIDES.load(kept.content) == PUBLISHED.current()[NAME]
    assert (GUIDES.load(kept.content).version, kept.source) == (kept.version, SOURCE)


async def test_a_shared_result_is_judged_by_the_guide_that_it_came_from(client, definitions):
    shared = (await client.get(POOL)).json()
    await definitions.publish(WITHOUT_POOLS)

    then = (await client.get(f"{POOL}&definition={shared['version']}")).json()
    today = (await client.get(POOL)).json()

    assert [one["asked"] for one in then["answers"]] == [True, True]
    assert [one["asked"] for one in today["answers"]] == [True, False]
    assert ("bassangbad" in obliged_to(then), "bassangbad" in obliged_to(today)) == (True, False)
    assert (then["version"], today["version"] != then["version"]) == (shared["version"], True)


async def test_the_questions_of_an_earlier_version_are_still_shown(client, definitions):
    before = (await client.get("/permit-guide?language=sv")).json()
    await definitions.publish(RENAMED)

    then = (await client.get(f"/permit-guide?language=sv&definition={before['version']}")).json()

    assert then == before


async def test_a_result_of_a_version_that_has_closed_points_to_the_guide_that_holds(client, definitions, at):
    shared = (await client.get(POOL)).json()
    await definitions.publish(RENAMED, earlier_close_at=(now() + timedelta(days=3)).isoformat())
    at(days=4)

    closed = await client.get(f"{POOL}&definition={shared['version']}")

    [pointer] = closed.json()["violations"]
    assert (closed.status_code, closed.json()["code"]) == (410, "VersionClosed")
    assert (pointer["field"], "/permit-guide" in pointer["message"]) == ("definition", True)


async def test_a_version_that_never_was_is_refused(client):
    refused = await client.get(f"{POOL}&definition={'0' * 64}")

    assert [one["code"] for one in refused.json()["violations"]] == ["unknown_definition"]


async def test_every_golden_case_that_goes_wrong_is_named(definitions, karin):
    broken = SOURCE.replace("when: {mpf_class: [A, B]}", "when: {mpf_class: [A]}", 1)
    broken = broken.replace("when: {injections: true}", "when: {injections: false}", 1)

    found = await definitions.problems_of(karin, broken)

    assert {"golden (B-verksamhet)", "golden (injektioner första dagen)", "golden (frisör utan stick)"} <= set(found)
    assert "leder till ingenting" in found["golden (B-verksamhet)"]


async def test_what_cannot_be_meant_is_refused_by_place_and_line(definitions, karin):
    line = SOURCE.splitlines().index(next(one for one in SOURCE.splitlines() if "{id: R5, when" in one)) + 1

    found = await definitions.problems_of(
        karin, SOURCE.replace("{pierces_skin: true}", "{pierces_skin: '*', mpf_class: A}", 1)
    )
    unknown = await definitions.problems_of(karin, SOURCE.replace("{pierces_skin: true}", "{pierces: true}", 1))

    assert found["rules.R5.when"] == f"Rad {line}: can never hold: no answers meet it"
    assert unknown["rules.R5.when"].startswith(f"Rad {line}: names the unknown question 'pierces'")


async def test_what_comes_before_itself_is_refused(definitions, karin):
    circle = SOURCE.replace("requires_first: [livsmedel-registrering]", "requires_first: [livsmedelskontroll]")

    assert "come before each other" in (await definitions.problems_of(karin, circle))["obligations"]


async def test_another_guide_beside_the_one_is_refused(definitions, karin):
    assert "id" in await definitions.problems_of(karin, SOURCE.replace("id: tillstandsguide", "id: guiden", 1))


async def test_a_version_is_tried_with_answers_before_it_is_published(client, definitions, karin):
    version = (await definitions.upload(karin, RENAMED)).json()
    address = f"/permit-guide/definition-versions/{version['id']}"

    preview = (await client.get(f"{address}/preview?language=sv", headers=karin)).json()
    answers = {"answers": {"sector": "mat_dryck", "handles_food": True, "sells": ["folkol"]}}
    tried = (await client.post(f"{address}/trial?language=sv", json=answers, headers=karin)).json()
    wrong = (await client.post(f"{address}/trial", json={"answers": {"sector": "x"}}, headers=karin)).json()

    assert preview["questions"][0]["label"] == LABEL
    assert tried["violations"] == []
    assert "Registrera livsmedelsverksamheten" in tried["outcome"]
    assert ([one["field"] for one in wrong["violations"]], wrong["outcome"], wrong["reasons"]) == (["sector"], [], [])


async def test_a_trial_says_what_each_rule_makes_of_the_answers_and_why(client, definitions, karin):
    version = (await definitions.upload(karin, RENAMED)).json()
    address = f"/permit-guide/definition-versions/{version['id']}"

    answers = {"answers": {"sector": "mat_dryck", "handles_food": True}}
    tried = (await client.post(f"{address}/trial?language=sv", json=answers, headers=karin)).json()

    by_verdict = {one["verdict"]: one for one in tried["reasons"]}
    assert {one["about"] for one in tried["reasons"] if one["verdict"] == "fired"} == set(tried["outcome"])
    assert len(tried["reasons"]) == len(PUBLISHED.current()[NAME].rules)
    assert all(by_verdict[verdict]["because"] for verdict in ("fired", "cannot_tell_yet"))


async def test_each_step_is_audited(definitions, database):
    version = await definitions.publish(RENAMED)

    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry).order_by(AuditEntry.id))).all()
    steps = [(one.who, one.action) for one in entries if one.details.get("version") == version]

    assert steps == [("karin", "upload definition"), ("olle", "approve definition"), ("karin", "publish definition")]


async def test_others_than_administrators_change_nothing(definitions, staff):
    refused = await definitions.upload(staff("caseworker"), RENAMED)

    assert refused.status_code == 403


async def test_staff_read_in_their_language_what_became_of_the_golden_cases(definitions):
    assert await definitions.golden("guide", NAME, "sv") == {"som det ska vara"}
    assert await definitions.golden("guide", NAME, "en") == {"as expected"}
