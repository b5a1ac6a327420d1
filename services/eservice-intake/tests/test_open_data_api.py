"""Figures of each e-service for everybody: of quarters that are over, and of nobody in particular."""

import csv
from datetime import date, datetime
from io import StringIO

import pytest
import sqlalchemy as sa

from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.feedback.figures import Counted, publish, quarter_of
from eservice_intake.feedback.models import Feedback
from shared.clock import SWEDEN

from .cases import received, take
from .decisions import CONTENT

FIRST, NEXT = date(2019, 7, 1), date(2019, 10, 1)
COMPLAINT = "klagomal-olagenhet"


@pytest.fixture
def came(client, database):
    """Receives complaints, as if that day."""

    async def receive(count, day=date(2019, 8, 3)):
        receipts = [await received(client) for _ in range(count)]
        at = datetime(day.year, day.month, day.day, 9, tzinfo=SWEDEN)
        references = [receipt["reference"] for receipt in receipts]
        async with database.transaction() as tx:
            await tx.exec(sa.update(Case).where(Case.reference.in_(references)).values(received_at=at))
        return receipts

    return receive


async def counted(database, today=NEXT):
    async with database.transaction() as tx:
        await publish(tx, today)


async def rated(database, *ratings, succeeded=True, month=FIRST):
    async with database.transaction() as tx:
        for rating in ratings:
            given = {"rating": rating, "succeeded": succeeded, "given_in": month}
            tx.add(Feedback(eservice=COMPLAINT, unit="halsoskydd", **given))


async def figures(client, **wanted):
    response = await client.get("/open-data/eservices", params={"quarter": str(FIRST), **wanted})
    assert response.status_code == 200, response.text
    return response


async def of_complaints(client, quarter=FIRST):
    items = (await figures(client, quarter=str(quarter))).json()["items"]
    return next(item for item in items if item["eservice"] == COMPLAINT)


async def test_every_e_service_has_its_figures_of_a_quarter_that_is_over(client, came, clock, anna, database):
    receipts = await came(6)
    for day, receipt in enumerate(receipts[:5], 10):
        clock.at = datetime(2019, 8, day, 12, tzinfo=SWEDEN)
        assert (await take(client, anna, receipt, "decisions", {"decision": CONTENT})).status_code == 200
    await rated(database, 5, 4, 4, 3, 5)
    await counted(database)

    told = (await figures(client)).json()

    one = next(item for item in told["items"] if item["eservice"] == COMPLAINT)
    assert (one["applications"], one["decided"], one["median_days"]) == (6, 5, 9)
    assert (one["ratings"], one["mean_rating"], one["succeeded"]) == (5, 4.2, None)
    assert {item["eservice"] for item in told["items"]} == {*catalogue().eservices}
    assert told["licence"].endswith("/publicdomain/zero/1.0/")


async def test_a_figure_of_fewer_than_five_is_not_kept(client, came, database):
    await came(4)
    await rated(database, 1, 1, 1, 1)
    await counted(database)

    one = await of_complaints(client)

    assert (one["applications"], one["ratings"], one["mean_rating"]) == (None, None, None)


@pytest.mark.parametrize(("succeeded", "failed", "shown"), [(5, 5, 5), (9, 4, None), (4, 9, None), (9, 0, None)])
def test_how_many_succeeded_is_not_shown_where_it_tells_of_few_who_did_not(succeeded, failed, shown):
    counted = Counted(ratings=[3] * (succeeded + failed), succeeded=succeeded)

    assert counted.shown()["succeeded"] == shown


async def test_a_quarter_is_counted_once_so_that_nobody_can_be_told_from_a_difference(client, came, database):
    await came(5)
    await counted(database)
    await came(1)

    await counted(database)

    assert (await of_complaints(client))["applications"] == 5


async def test_a_quarter_that_ended_while_no_clock_ran_is_counted_too(client, came, database):
    await counted(database)
    await came(5, NEXT)

    await counted(database, date(2020, 4, 1))

    assert (await figures(client)).json()["quarters"] == ["2020-01-01", str(NEXT), str(FIRST)]
    assert (await of_complaints(client, quarter=NEXT))["applications"] == 5


async def test_a_confidential_case_and_one_of_another_quarter_are_not_counted(client, came, database):
    await came(5)
    await came(1, NEXT)
    [hidden] = await came(1)
    async with database.transaction() as tx:
        await tx.exec(sa.update(Case).where(Case.reference == hidden["reference"]).values(confidential=True))
    await rated(database, 1, 1, month=NEXT)
    await counted(database)

    one = await of_complaints(client)

    assert (one["applications"], one["ratings"]) == (5, None)


async def test_the_table_has_what_the_json_has(client, came, database):
    await came(5)
    await counted(database)

    lines = (await figures(client, format="csv")).content.decode("utf-8-sig")

    rows = list(csv.DictReader(StringIO(lines), delimiter=";"))
    told = [{name: "" if value is None else str(value) for name, value in (await of_complaints(client)).items()}]
    assert [row for row in rows if row["eservice"] == COMPLAINT] == told


async def test_a_quarter_that_is_not_out_is_refused(client):
    response = await client.get("/open-data/eservices", params={"quarter": "1999-01-01"})

    assert (response.status_code, response.json()["code"]) == (404, "FiguresNotOut")


@pytest.mark.parametrize(
    ("day", "first"), [(date(2026, 1, 1), date(2026, 1, 1)), (date(2026, 12, 31), date(2026, 10, 1))]
)
def test_a_quarter_begins_in_january_april_july_and_october(day, first):
    assert quarter_of(day) == first


async def test_the_data_is_described_so_that_portals_of_open_data_can_harvest_it(client):
    told = (await client.get("/open-data")).json()

    [dataset] = told["dcat:dataset"]
    found = dataset["dcat:distribution"]
    assert [one["dcat:downloadURL"]["@id"].rpartition("/")[2] for one in found] == ["e-tjanster.json", "e-tjanster.csv"]
    assert {one["dct:license"]["@id"].endswith("/zero/1.0/") for one in found} == {True}
