"""The taxa is changed by two people, for days to come: what is charged already stays as it was."""

from datetime import datetime, time, timedelta

import pytest

from eservice_intake.fees.definitions import PUBLISHED, fee_tables
from shared.clock import SWEDEN, day_in_sweden, now

from .cases import received
from .fees import approved, business, controlled, fees_of

SOURCE = PUBLISHED.seeds["taxa"].source
LAST = SOURCE.partition("  - since: 2026-01-01\n")[2].partition("\ngolden:")[0]
pytestmark = pytest.mark.usefixtures("definitions")


@pytest.fixture
def ines(staff):
    return staff("caseworker", subject="ines", name="Ines Ek", units=["livsmedel"])


def in_days(days):
    return day_in_sweden(now()) + timedelta(days)


def with_table(since, **changed):
    """The taxa with another table, which charges as the last one but for what is changed."""
    table = LAST
    for before, after in changed.items():
        table = table.replace(f"{before}: ", f"{before}: {after} #", 1)
    return SOURCE.replace("\ngolden:", f"  - since: {since}\n{table.rstrip()}\n\ngolden:", 1)


async def proposed(definitions, who, source):
    return await definitions.upload(who, source, kind="taxa")


def places(answer):
    return [one["field"] for one in answer.json()["violations"]]


async def test_a_new_table_charges_what_comes_in_from_its_day_on(client, definitions, clock, resident, ines):
    clock.at = now()
    before = await business(client, resident)
    await definitions.publish(with_table(in_days(1), livsmedel=1500), kind="taxa")
    clock.at = datetime.combine(in_days(1), time(12), SWEDEN)
    after = await business(client, resident)

    charged = [(await fees_of(client, ines, one))["computed"]["amount"] for one in (before, after)]

    assert charged == [1405, 1500]


async def test_a_table_that_cases_are_charged_by_is_not_changed(definitions, karin):
    refused = await proposed(definitions, karin, SOURCE.replace("minutes: 60, sv: Cistern", "minutes: 90, sv: Cistern"))

    assert (refused.status_code, places(refused)) == (422, ["tables.0", "tables.1"])
    assert refused.json()["violations"][0]["code"] == "too_late"


async def test_a_table_that_cases_are_charged_by_is_not_left_out(definitions, karin):
    shorter = SOURCE.replace("  - since: 2026-01-01\n", "").replace(LAST, "", 1)

    refused = await proposed(definitions, karin, shorter.partition("\ngolden:")[0])

    assert (refused.status_code, places(refused)) == (422, ["tables"])


async def test_a_table_does_not_hold_from_a_day_that_has_begun(definitions, karin):
    refused = await proposed(definitions, karin, with_table(in_days(0), livsmedel=1500))

    assert (refused.status_code, places(refused)) == (422, ["tables.2"])


async def test_what_was_in_time_when_it_was_written_may_be_late_when_it_is_published(definitions, karin, olle):
    version = (await proposed(definitions, karin, with_table(in_days(1), livsmedel=1500))).json()
    await definitions.step(olle, version, "approval")

    late = await definitions.step(karin, version, "publication", effective_at=(now() + timedelta(3)).isoformat())
    in_time = await definitions.step(karin, version, "publication")

    assert (late.status_code, places(late)) == (422, ["tables.2"])
    assert in_time.status_code == 200


async def test_a_table_may_begin_with_the_midnight_at_which_it_is_published(definitions, karin, olle):
    day = in_days(3)
    version = (await proposed(definitions, karin, with_table(day, livsmedel=1500))).json()
    await definitions.step(olle, version, "approval")
    midnight = datetime.combine(day, time.min, SWEDEN)

    published = await definitions.step(karin, version, "publication", effective_at=midnight.isoformat())

    assert published.status_code == 200, published.text


async def test_a_mistake_in_words_is_mended_also_in_a_table_that_holds(definitions):
    mended = SOURCE.replace("sv: Cistern,", "sv: Anmälan om cistern,")

    await definitions.publish(mended, kind="taxa")

    assert fee_tables()[0].charge_for("cistern", "anmalan").sv == "Anmälan om cistern"


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("rate: miljo, minutes: 480, sv: Bassäng", "rate: milj, minutes: 480, sv: Bassäng", "tables.2.items.3.rate"),
        ("[bassangbad]", "[badhus]", "tables.2.items.3.eservices"),
        ("kinds: [anmalan]", "kinds: [anmälan]", "tables.2.items.1.kinds"),
        ('"1.3"', '"1.2"', "tables.2.items.2.item"),
        ("kinds: [anmalan]", "kinds: [ansokan]", "tables.2.items.1"),
        ("g_minst: 5", "g_mindre: 5", "tables.2.risk.answers.production_size"),
        ("roles: [unit-head]", "roles: [chef]", "tables.2.approval.changed.roles.0"),
        ("miljo: 1215", "miljo: 0", "tables.2.rates.miljo"),
    ],
)
async def test_every_mistake_is_named_by_its_place(definitions, karin, before, after, place):
    first, since, last = with_table(in_days(1)).rpartition(f"  - since: {in_days(1)}\n")

    refused = await proposed(definitions, karin, first + since + last.replace(before, after, 1))

    assert refused.status_code == 422
    assert places(refused) == [place]


async def test_tables_are_in_the_order_of_their_days(definitions, karin):
    refused = await proposed(definitions, karin, SOURCE.replace("since: 2025-01-01", "since: 2026-01-01"))

    assert places(refused)[0] == "tables.1.since"


async def test_a_calculation_that_comes_out_otherwise_is_refused(definitions, karin):
    refused = await proposed(definitions, karin, SOURCE.replace("amount: 9720", "amount: 9000"))

    [wrong] = refused.json()["violations"]
    assert (refused.status_code, wrong["code"]) == (422, "golden")
    assert "9\u00a0720 kronor" in wrong["message"]


async def test_a_past_calculation_is_made_anew_by_the_taxa_that_is_tried(client, definitions, karin, ines, resident):
    case = await business(client, resident)
    await controlled(client, ines, case, controlled_on=str(in_days(0)))
    await approved(client, ines, case)
    version = (await proposed(definitions, karin, with_table(in_days(1), livsmedel=1500))).json()
    path = f"/cases/{case['reference']}/trial"

    answer = await client.post(path, json={"definition_id": version["id"]}, headers={**karin, "Accept-Language": "en"})

    tried = {one["about"]: (one["before"], one["after"]) for one in answer.json()["items"]}
    assert ["SEK 1,405" in tried["fee"][0], "SEK 1,500" in tried["fee"][1]] == [True, True]
    control = tried[f"control.{in_days(0)}"]
    assert ["SEK 3,513" in control[0], "SEK 3,750" in control[1]] == [True, True]


async def test_what_costs_nothing_has_no_fee_in_the_trial(client, definitions, karin):
    case = await received(client)
    version = (await proposed(definitions, karin, with_table(in_days(1), livsmedel=1500))).json()

    answer = await client.post(
        f"/cases/{case['reference']}/trial", json={"definition_id": version["id"]}, headers=karin
    )

    assert answer.json() == {"items": []}


async def test_the_preview_says_what_everything_costs(client, definitions, karin):
    version = (await proposed(definitions, karin, with_table(in_days(1), livsmedel=1500))).json()

    address = f"/eservice-intake/definition-versions/{version['id']}/preview"
    shown = (await client.get(f"{address}?language=en", headers=karin)).json()

    assert (shown["since"], shown["items"][-2][2]) == (str(in_days(1)), "To pay: SEK 1,500")
