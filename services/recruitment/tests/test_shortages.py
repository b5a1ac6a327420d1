"""The list of shortage occupations: everybody reads it, ads are found by it, and two people change it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from definitions.published import Published
from recruitment.shortages import NAME, PUBLISHED, ShortageLists
from shared.clock import now
from shared.tables import AuditEntry

FILE = PUBLISHED.kind.file
SOURCE = FILE.read_text("utf-8")
COOKS = next(line for line in SOURCE.splitlines() if "'5120'" in line and "name:" not in line)
GOLDEN_COOK = "  - {name: kock, ssyk: '5120', sector: restaurang}\n"
WITHOUT_COOKS = SOURCE.replace(f"{COOKS}\n", "", 1).replace(GOLDEN_COOK, "", 1)
pytestmark = pytest.mark.usefixtures("definitions")


@pytest.fixture
def clock_at_noon():
    """Nobody stops the clock: versions hold from the time that it is."""


@pytest.fixture
def cook(live):
    """A live ad for a cook."""

    async def posted():
        return await live(application_deadline=(now() + timedelta(days=30)).date().isoformat())

    return posted


async def short(client):
    sectors = (await client.get("/recruitment/shortage-list")).json()["sectors"]
    return {occupation["ssyk"] for sector in sectors for occupation in sector["occupations"]}


async def found(client):
    return [one["id"] for one in (await client.get("/ads?in_shortage=true")).json()["items"]]


async def test_the_list_has_seven_sectors_in_the_readers_language(client):
    swedish = (await client.get("/recruitment/shortage-list?language=sv")).json()
    english = (await client.get("/recruitment/shortage-list?language=en")).json()

    assert (len(swedish["sectors"]), swedish["title"], english["title"]) == (7, "Bristyrken", "Shortage occupations")
    assert {"ssyk": "5120", "title": "Kockar och kallskänkor"} in swedish["sectors"][5]["occupations"]


async def test_the_file_of_the_package_is_the_first_version(client, karin):
    versions = (await client.get(f"/recruitment/definitions/shortage-list/{NAME}", headers=karin)).json()["items"]

    assert [(one["uploaded_by"], one["status"], one["holds"]) for one in versions] == [("release", "published", True)]


async def test_what_two_people_have_agreed_on_holds_without_a_restart(client, definitions):
    before = await short(client)

    await definitions.publish(WITHOUT_COOKS)

    assert before - await short(client) == {"5120"}


async def test_who_has_written_it_may_not_approve_it(definitions, karin):
    version = (await definitions.upload(karin, WITHOUT_COOKS)).json()

    refused = await definitions.step(karin, version, "approval")

    assert (refused.status_code, refused.json()["code"]) == (403, "FourEyesOfDefinition")


async def test_it_holds_from_the_time_that_was_given(client, definitions, monkeypatch):
    tomorrow = now() + timedelta(days=1)
    await definitions.publish(WITHOUT_COOKS, effective_at=tomorrow.isoformat())
    today = await short(client)
    monkeypatch.setattr("definitions.published.now", lambda: tomorrow)

    assert ("5120" in today, "5120" in await short(client)) == (True, False)


async def test_an_ad_is_found_by_the_list_that_holds(client, definitions, cook):
    ad_id = await cook()
    before, marked = await found(client), (await client.get(f"/ads/{ad_id}")).json()["is_in_shortage"]

    await definitions.publish(WITHOUT_COOKS)

    assert (before, marked) == ([ad_id], True)
    assert (await found(client), (await client.get(f"/ads/{ad_id}")).json()["is_in_shortage"]) == ([], False)


async def test_an_occupation_is_found_by_how_its_code_begins(client, definitions, cook):
    ad_id = await cook()

    await definitions.publish(SOURCE.replace("ssyk: '5120', sv", "ssyk: '512', sv", 1))

    assert await found(client) == [ad_id]


async def test_where_nothing_is_short_no_ad_is_found(client, definitions, cook):
    await cook()

    await definitions.publish(
        "id: bristyrken\nsv: Bristyrken\nen: Shortages\nsource: {sv: Ingen., en: None.}\nsectors: []\n"
    )

    assert await found(client) == []


async def test_an_occupation_that_another_has_taken_is_refused_by_place_and_line(definitions, karin):
    line = SOURCE.splitlines().index(COOKS) + 1
    twice = SOURCE.replace(COOKS, COOKS.replace("5120", "512") + "\n" + COOKS, 1)

    problems = await definitions.problems_of(karin, twice)

    expected = f"Rad {line + 1}: never counts: '512' comes first and has taken it"
    assert problems == {"sectors.5.occupations.2 (5120)": expected}


async def test_a_golden_case_that_goes_wrong_is_named(definitions, karin):
    problems = await definitions.problems_of(karin, SOURCE.replace(f"{COOKS}\n", "", 1))

    assert set(problems) == {"golden (kock)"}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("id: bristyrken", "id: annat", "id"),
        ("  - id: it\n", "  - id: ekonomi\n", "sectors.2.id"),
        ("  - id: it\n", "  - id: rymdfart\n", "sectors.2.id"),
        ("ssyk: '2411'", "ssyk: 24x", "sectors.0.occupations.0.ssyk"),
    ],
)
async def test_what_is_wrong_is_named_by_its_place(definitions, karin, old, new, place):
    assert place in await definitions.problems_of(karin, SOURCE.replace(old, new, 1))


def test_a_broken_file_ends_the_process_with_the_place(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text(SOURCE.replace("  - id: it\n", "  - id: ekonomi\n", 1))

    with pytest.raises(SystemExit, match=r"broken.yaml: sectors.2.id: 'ekonomi' is there twice"):
        Published(ShortageLists(broken)).current()


async def test_a_version_is_tried_with_an_occupation_before_it_is_published(client, definitions, karin):
    version = (await definitions.upload(karin, WITHOUT_COOKS)).json()
    address = f"/recruitment/definition-versions/{version['id']}"

    async def tried(**answers):
        return (await client.post(f"{address}/trial?language=sv", json={"answers": answers}, headers=karin)).json()

    preview = (await client.get(f"{address}/preview?language=sv", headers=karin)).json()
    assert preview["title"] == "Bristyrken"
    assert (await tried(ssyk="5120"))["outcome"] == []
    assert (await tried(ssyk="2221"))["outcome"] == ["Vård och omsorg"]
    assert [one["field"] for one in (await tried(ssyk="52"))["violations"]] == ["ssyk"]


async def test_each_step_is_audited(definitions, database):
    version = await definitions.publish(WITHOUT_COOKS)

    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry).order_by(AuditEntry.id))).all()
    steps = [(one.who, one.action) for one in entries if one.details.get("version") == version]
    assert steps == [("karin", "upload definition"), ("olle", "approve definition"), ("karin", "publish definition")]


async def test_others_than_administrators_change_nothing(definitions, staff):
    refused = await definitions.upload(staff("recruitment-officer"), WITHOUT_COOKS)

    assert refused.status_code == 403


async def test_staff_read_in_their_language_what_became_of_the_golden_cases(definitions):
    assert "inget bristyrke" in await definitions.golden("shortage-list", NAME, "sv")
    assert "not short" in await definitions.golden("shortage-list", NAME, "en")
